namespace Ptee.Edge.Offload;

/// <summary>
/// A place at the server for each frame that is sent, given back when its reply comes: what the server does not read yet waits on the
/// device, where its time is counted and it is passed over once that is up, and not on the way. Taken by one writer, given back from any
/// thread.
/// </summary>
/// <param name="framesInFlight">As Ready says; <see cref="Unknown"/> or more than there can be: no bound.</param>
internal sealed class ServerPlaces(uint framesInFlight) : IDisposable
{
    public const uint Unknown = 0;

    private readonly SemaphoreSlim _free = new(framesInFlight is > Unknown and <= int.MaxValue ? (int)framesInFlight : int.MaxValue);
    private readonly Lock _gate = new();
    private readonly HashSet<ulong> _unanswered = [];

    public Task TakeAsync(CancellationToken cancellationToken) => _free.WaitAsync(cancellationToken);

    /// <returns>False when none is free now.</returns>
    public bool TryTake() => _free.Wait(0);

    /// <summary>A place that was taken for a frame that is not sent.</summary>
    public void GiveBack() => _free.Release();

    /// <summary>The frame whose place was taken is on its way; to be said before it is.</summary>
    public void Sent(ulong id)
    {
        lock (_gate)
        {
            _unanswered.Add(id);
        }
    }

    /// <summary>A frame's reply gives its place back once, and a reply to no frame gives none.</summary>
    public void Answered(ulong id)
    {
        lock (_gate)
        {
            if (_unanswered.Remove(id))
            {
                _free.Release();
            }
        }
    }

    public void Dispose() => _free.Dispose();
}
