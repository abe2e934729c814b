namespace Ptee.Shared.Reports;

/// <summary>Who answered how many images. An image is counted once, so that all together are the number of images.</summary>
/// <param name="Edge">An exit on the device was sure, or the device ran the whole network.</param>
/// <param name="Server">The server answered in time.</param>
/// <param name="Degraded">The server was wanted and did not answer in time: the device's deepest exit did, below its threshold.</param>
/// <param name="Failed">The picture could not be read, or has no finite answer.</param>
/// <param name="Unsure">The device's deepest exit answered below its threshold, because there is no server.</param>
public sealed record AnsweredReport(int Edge, int Server, int Degraded, int Failed, int Unsure = 0)
{
    public static AnsweredReport Of(IEnumerable<ImageRecord> images) =>
        images.Aggregate(new AnsweredReport(0, 0, 0, 0), (counts, image) => counts.And(image));

    /// <summary>One image more.</summary>
    public AnsweredReport And(ImageRecord image) => image switch
    {
        { Error: not null } => this with { Failed = Failed + 1 },
        { Degraded: true } => this with { Degraded = Degraded + 1 },
        { BelowThreshold: true } => this with { Unsure = Unsure + 1 },
        { Tier: ImageRecord.ServerTier } => this with { Server = Server + 1 },
        _ => this with { Edge = Edge + 1 },
    };
}
