namespace Ptee.Edge.Net;

/// <summary>
/// The first bytes that the other side of the latest connection sent. A server that speaks HTTP/2 begins with a
/// SETTINGS frame (RFC 9113, 3.4); which exception comes of one that does not is a matter of luck.
/// </summary>
internal sealed class PeerGreeting
{
    private const int FrameHeaderBytes = 9;
    private const int TypeAt = 3;
    private const int StreamIdAt = 5;
    private const byte Settings = 4;

    private readonly Lock _gate = new();
    private readonly byte[] _bytes = new byte[FrameHeaderBytes];
    private int _count;

    /// <summary>Whether something came, and it was no HTTP/2. Means nothing under TLS.</summary>
    public bool IsForeign
    {
        get
        {
            lock (_gate)
            {
                return (_count > TypeAt && _bytes[TypeAt] != Settings)
                    || _bytes.AsSpan(StreamIdAt).ContainsAnyExcept((byte)0);
            }
        }
    }

    /// <summary>A new connection begins.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _count = 0;
            _bytes.AsSpan().Clear();
        }
    }

    public void Hear(ReadOnlySpan<byte> received)
    {
        lock (_gate)
        {
            var taken = Math.Min(received.Length, FrameHeaderBytes - _count);
            received[..taken].CopyTo(_bytes.AsSpan(_count));
            _count += taken;
        }
    }
}
