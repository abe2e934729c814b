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
}
