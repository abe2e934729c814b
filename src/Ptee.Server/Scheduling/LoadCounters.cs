namespace Ptee.Server.Scheduling;

/// <summary>What the server has done since it started. Safe from any thread.</summary>
internal sealed class LoadCounters
{
    private int _streams;
    private long _answered;
    private long _failed;

    /// <summary>Open now.</summary>
    public int Streams => Volatile.Read(ref _streams);

    public long Answered => Interlocked.Read(ref _answered);

    public long Failed => Interlocked.Read(ref _failed);

    public void StreamOpened() => Interlocked.Increment(ref _streams);

    public void StreamClosed() => Interlocked.Decrement(ref _streams);

    public void FrameAnswered() => Interlocked.Increment(ref _answered);

    public void FrameFailed() => Interlocked.Increment(ref _failed);
}
