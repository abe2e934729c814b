namespace Ptee.Edge.Offload;

/// <summary>How many of the last images that were to be finished at the server were not, and why. For one thread at a time.</summary>
internal sealed class DegradedShare
{
    /// <summary>Images that it remembers.</summary>
    public const int Window = 32;

    /// <summary>Of fewer it says nothing.</summary>
    public const int Least = 16;

    private readonly Queue<OffloadStatus> _last = [];

    public int Count => _last.Count;

    public int Degraded => _last.Count(status => status != OffloadStatus.Answered);

    /// <summary>At least half of them, of enough of them.</summary>
    public bool IsMost => Count >= Least && 2 * Degraded >= Count;

    /// <summary>Less than a quarter.</summary>
    public bool IsFew => 4 * Degraded < Count;

    public void Add(OffloadStatus status)
    {
        _last.Enqueue(status);
        if (_last.Count > Window)
        {
            _last.Dequeue();
        }
    }

    /// <returns>Why most of those were degraded, and how many of them; there is at least one.</returns>
    public (OffloadStatus Reason, int Times) MostFrequent() => _last
        .Where(status => status != OffloadStatus.Answered)
        .GroupBy(status => status)
        .Select(group => (group.Key, group.Count()))
        .MaxBy(group => group.Item2);
}
