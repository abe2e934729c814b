namespace Ptee.Server.Hosting;

/// <summary>How the server listens and how much it takes on. The command line checks the ranges.</summary>
internal sealed record ServerOptions
{
    public const string DefaultUrl = "http://localhost:5210";

    public IReadOnlyList<ListenUrl> Urls { get; init; } = [ListenUrl.Parse(DefaultUrl)];

    /// <summary>Frames in one forward pass, at most. 1 to 256; 8 unless set.</summary>
    public int MaxBatch { get; init; } = 8;

    /// <summary>Frames waiting, of all streams; one more is refused at once. 1 to 65,536; 256 unless set.</summary>
    public int QueueLimit { get; init; } = 256;

    /// <summary>Unanswered frames a stream; more are not read. 1 to 4,096; 64 unless set.</summary>
    public int FramesInFlight { get; init; } = 64;

    /// <summary>Open connections, at most; one more is closed at once. 1 to 65,536, and no more than the process may have files
    /// open; 512 unless set.</summary>
    public int MaxConnections { get; init; } = 512;

    /// <summary>The same of one address, or of one /64 network of IPv6. 1 to 65,536; 128 unless set.</summary>
    public int MaxConnectionsPerAddress { get; init; } = 128;

    /// <summary>Open calls of one connection; HTTP/2 makes callers wait for a place. 1 to 100; 4 unless set.</summary>
    public int MaxStreamsPerConnection { get; init; } = 4;

    /// <summary>How long a connection may take to say that it speaks HTTP/2. 5 s unless set.</summary>
    public TimeSpan PrefaceLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stream may take to say Hello. 10 s unless set.</summary>
    public TimeSpan HelloLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a stream may send no frame. 1 s to a day; 10 minutes unless set.</summary>
    public TimeSpan IdleLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a connection may stay without a call. 1 minute unless set.</summary>
    public TimeSpan UnusedLimit { get; init; } = TimeSpan.FromMinutes(1);
}
