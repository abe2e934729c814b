namespace Ptee.Edge.Offload;

/// <summary>What waits at the server, all devices together, as it said last and counted down since. Safe from any thread.</summary>
internal sealed class WorkAhead(TimeProvider time, TimeSpan deadline)
{
    /// <summary>However much a server says: after so long it is asked again, with an image.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private long _until; // Timestamp at which the server will have done what waited there.

    /// <summary>Whether that takes longer than an image here may wait.</summary>
    public bool IsBusy => time.GetElapsedTime(time.GetTimestamp(), Volatile.Read(ref _until)) >= deadline;

    public void Say(TimeSpan ahead)
    {
        var believed = ahead <= deadline + LongestPause ? ahead : deadline + LongestPause;
        Volatile.Write(ref _until, time.GetTimestamp() + (long)(believed.TotalSeconds * time.TimestampFrequency));
    }

    /// <summary>It may be another server now.</summary>
    public void Forget() => Volatile.Write(ref _until, 0);
}
