using System.Runtime.InteropServices;

namespace Ptee.Server.Scheduling;

/// <summary>How many frames each connection has waiting. Not thread-safe.</summary>
internal sealed class QueueShares
{
    private readonly Dictionary<object, int> _held = [];

    public void Add(object connection) => CollectionsMarshal.GetValueRefOrAddDefault(_held, connection, out _)++;

    public void Remove(object connection)
    {
        if (--CollectionsMarshal.GetValueRefOrNullRef(_held, connection) == 0)
        {
            _held.Remove(connection);
        }
    }

    /// <summary>The connection that holds the most, where that stays at least as much as the other's once a frame of the other
    /// has taken the place of one of it; else null.</summary>
    public object? WhoGivesWayTo(object other)
    {
        var (most, frames) = ((object?)null, _held.GetValueOrDefault(other) + 1);
        foreach (var (connection, held) in _held)
        {
            if (held > frames)
            {
                (most, frames) = (connection, held);
            }
        }

        return most;
    }
}
