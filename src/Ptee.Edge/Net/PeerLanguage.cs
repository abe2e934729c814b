namespace Ptee.Edge.Net;

/// <summary>What a connection's other side speaks, by its first bytes.</summary>
internal enum PeerLanguage
{
    /// <summary>There was no connection, or too little came.</summary>
    Unknown,

    /// <summary>There is a connection, and nothing came.</summary>
    Silence,

    /// <summary>HTTP/2 as it begins: with a SETTINGS frame (RFC 9113, 3.4).</summary>
    Http2,

    /// <summary>TLS records (RFC 8446, 5.1): a handshake or an alert.</summary>
    Tls,

    /// <summary>HTTP, and not as HTTP/2 begins: an answer of HTTP/1, or an HTTP/2 server's GOAWAY to who speaks none.</summary>
    OtherHttp,

    /// <summary>Something else.</summary>
    Other,
}
