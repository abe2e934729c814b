namespace Ptee.Bench.Attacks;

/// <summary>Types of HTTP/2 frames, numbered as RFC 9113 does.</summary>
internal enum Http2Kind : byte
{
    Data = 0,
    Headers = 1,
    ResetStream = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}
