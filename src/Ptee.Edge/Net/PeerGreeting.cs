namespace Ptee.Edge.Net;

/// <summary>
/// The first bytes that the other side of the latest connection sent, below TLS where there is any. Which exception comes of
/// one that speaks another language is a matter of luck; these bytes are not.
/// </summary>
internal sealed class PeerGreeting
{
    private const int FrameHeaderBytes = 9;
    private const int TypeAt = 3;
    private const int StreamIdAt = 5;
    private const byte Settings = 4;
    private const byte GoAway = 7;
    private const byte TlsAlert = 21;
    private const byte TlsHandshake = 22;
    private const byte TlsMajorVersion = 3;

    private readonly Lock _gate = new();
    private readonly byte[] _bytes = new byte[FrameHeaderBytes];
    private int _count;
    private bool _hasPeer;

    public PeerLanguage Language
    {
        get
        {
            lock (_gate)
            {
                return _hasPeer && _count == 0 ? PeerLanguage.Silence : LanguageOf(_bytes.AsSpan(0, _count));
            }
        }
    }

    /// <summary>A new connection begins.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            (_hasPeer, _count) = (true, 0);
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

    private static PeerLanguage LanguageOf(ReadOnlySpan<byte> first) => first switch
    {
        [TlsAlert or TlsHandshake, TlsMajorVersion, ..] => PeerLanguage.Tls,
        [(byte)'H', (byte)'T', (byte)'T', (byte)'P', ..] => PeerLanguage.OtherHttp,
        { Length: <= TypeAt } => PeerLanguage.Unknown,
        _ when first.Length > StreamIdAt && first[StreamIdAt..].ContainsAnyExcept((byte)0) => PeerLanguage.Other,
        _ => first[TypeAt] switch
        {
            Settings => PeerLanguage.Http2,
            GoAway => PeerLanguage.OtherHttp,
            _ => PeerLanguage.Other,
        },
    };
}
