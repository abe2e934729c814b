namespace Ptee.Edge.Net;

/// <summary>Bytes that went through the sockets of one link, over all its connections. Safe from any thread.</summary>
public sealed class ByteLedger
{
    private long _up;
    private long _down;

    /// <summary>Written to the socket.</summary>
    public long Up => Interlocked.Read(ref _up);

    /// <summary>Read from the socket.</summary>
    public long Down => Interlocked.Read(ref _down);

    internal void Sent(int bytes) => Interlocked.Add(ref _up, bytes);

    internal void Received(int bytes) => Interlocked.Add(ref _down, bytes);
}
