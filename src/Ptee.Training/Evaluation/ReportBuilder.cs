using Ptee.Data;
using Ptee.Data.Codecs;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Features;
using Ptee.Shared.Reports;

namespace Ptee.Training.Evaluation;

/// <summary>Counts a run the way docs/results says: every branch that ran is paid for, and every image counts.</summary>
/// <param name="manifest">Of the bundle that ran.</param>
/// <param name="run">What each image got.</param>
/// <param name="backbone">The backbone's class of each image, computed on the same images.</param>
public sealed class ReportBuilder(Manifest manifest, ClassifyReport run, int[] backbone)
{
    private readonly ImageRecord[] _answered = [.. run.Images.Where(image => image.Error is null)];

    private readonly Dictionary<string, CodecInput> _codecs = run.Codec.Split(ClassifyReport.Separator, StringSplitOptions.RemoveEmptyEntries)
        .ToDictionary(name => name, name => FrameCodecs.Create(name, manifest, run.Split).Input);

    /// <summary>Of the split; counted once, for as many images as there are.</summary>
    private readonly Bottleneck? _bottleneck = run.Codec.Length > 0 ? manifest.BottleneckOf(run.Split) : null;

    private int Count => run.Images.Length;

    /// <param name="images">The pictures, for what sending them would cost; null leaves bytes out.</param>
    /// <param name="serverPeakMb">Of the server process; null when there was none.</param>
    public Report Build(string data, ImageSet? images, double? serverPeakMb)
    {
        var (accuracy, macs) = (Accuracy(), Macs());
        var bytes = images is null || run.BytesUp is null || run.BytesDown is null ? null : Bytes(images);
        return new Report(
            run.Bundle,
            data,
            Count,
            run.Engine,
            run.Point,
            run.Thresholds,
            run.Seconds,
            accuracy,
            run.Answered,
            [.. Enumerable.Range(0, manifest.Exits.Length + 1).Select(Exit)],
            macs,
            bytes,
            images is null ? null : Latency(),
            new MemoryReport(run.PeakMemoryMb, serverPeakMb),
            Expected(accuracy.Agreement, macs.AllInRatio - (macs.CodecMean / macs.Backbone)),
            Coding: bytes is null && run.Codec.Length > 0 ? Coding() : null);
    }

    private static bool WasHandedOver(ImageRecord image) => image.Degraded || image.Tier == ImageRecord.ServerTier;

    /// <remarks>With another gate the point's thresholds mean something else, and nothing was promised.</remarks>
    private ExpectedReport? Expected(double agreement, double allInRatio) =>
        run.Point.Length > 0 && manifest.Point(run.Point) is var point && point.Gate == run.Gate
            ? new ExpectedReport(
                point.Agreement, point.AllInRatio, agreement - point.Agreement, allInRatio - point.AllInRatio)
            : null;

    private AccuracyReport Accuracy()
    {
        var labelled = run.Images.Where(image => image.Label is not null).ToArray();
        return new AccuracyReport(
            Share(labelled, image => image.Class == image.Label), // An image that failed has no class, and is not right.
            Share(labelled, image => backbone[image.Index] == image.Label),
            (double)_answered.Count(image => image.Class == backbone[image.Index]) / Count,
            labelled.Length);
    }

    private static double? Share(ImageRecord[] images, Func<ImageRecord, bool> holds) =>
        images.Length > 0 ? (double)images.Count(holds) / images.Length : null;

    private ExitReport Exit(int exit)
    {
        var here = _answered.Where(image => image.Exit == exit).ToArray();
        return new ExitReport(
            exit < manifest.Exits.Length ? manifest.Exits[exit].Name : "backbone",
            exit <= run.Split ? ImageRecord.EdgeTier : ImageRecord.ServerTier,
            here.Length,
            Share([.. here.Where(image => image.Label is not null)], image => image.Class == image.Label),
            Share(here, image => image.Class == backbone[image.Index]));
    }

    private MacsReport Macs()
    {
        var edge = _answered.Select(EdgeMacs).DefaultIfEmpty().Average();
        var server = _answered.Select(ServerMacs).DefaultIfEmpty().Average();
        var paper = _answered.Select(image => (double)manifest.PaperMacs(image.Exit)).DefaultIfEmpty().Average();
        var codec = _answered.Select(image => EncoderMacs(image) + DecoderMacs(image)).DefaultIfEmpty().Average();
        return new MacsReport(
            manifest.BackboneMacs, edge, server, codec, (edge + server) / manifest.BackboneMacs, paper / manifest.BackboneMacs);
    }

    private double EdgeMacs(ImageRecord image) =>
        manifest.AllInMacs(image.Tier == ImageRecord.ServerTier ? run.Split : image.Exit) + EncoderMacs(image);

    private double ServerMacs(ImageRecord image) => image.Tier == ImageRecord.ServerTier
        ? manifest.AllInMacs(image.Exit) - manifest.AllInMacs(run.Split) + DecoderMacs(image)
        : 0;

    /// <remarks>An image that was coded and sent has paid for the encoder, also when its picture was the shorter, or the device
    /// answered in the end.</remarks>
    private double EncoderMacs(ImageRecord image) => image.PayloadBytes > 0 && _codecs.ContainsValue(CodecInput.Latent) ? _bottleneck!.EncoderMacs : 0;

    /// <remarks>For a picture the segments before the split run once more; the exits there do not.</remarks>
    private double DecoderMacs(ImageRecord image) => image.Tier != ImageRecord.ServerTier
        ? 0
        : _codecs.GetValueOrDefault(image.Codec) switch
        {
            CodecInput.Latent => _bottleneck!.DecoderMacs,
            CodecInput.Picture => manifest.Cuts[run.Split].TrunkMacs,
            _ => 0,
        };

    private BytesReport Bytes(ImageSet images) => new(
        (double)run.BytesUp!.Value / Count,
        (double)run.BytesDown!.Value / Count,
        PayloadMean(),
        Sent(),
        Baselines(images),
        run.Images.Count(image => IsSent(image) && _codecs[image.Codec] != CodecInput.Picture),
        run.Images.Count(image => IsSent(image) && _codecs[image.Codec] == CodecInput.Picture));

    private CodingReport Coding() => new(
        PayloadMean(),
        Sent(),
        run.Images.Where(IsSent).GroupBy(image => image.Codec)
            .ToDictionary(sent => sent.Key, sent => sent.Average(image => (double)image.PayloadBytes)));

    private double PayloadMean() => run.Images.Average(image => (double)image.PayloadBytes);

    private Dictionary<string, int> Sent() =>
        _codecs.Keys.ToDictionary(name => name, name => run.Images.Count(image => image.Codec == name));

    private static bool IsSent(ImageRecord image) => image.Codec.Length > 0;

    private BaselineReport Baselines(ImageSet images)
    {
        var handedOver = run.Images.Where(WasHandedOver).Select(image => image.Index).ToHashSet();
        var (png, webp, jpeg, handedOverPng, handedOverWebp) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < images.Count; i++)
        {
            var pixels = images.Pixels(i);
            var (pngBytes, webpBytes) = (Pictures.PngBytes(pixels, images.Size).Length, Pictures.WebpLosslessBytes(pixels, images.Size).Length);
            png += pngBytes;
            webp += webpBytes;
            handedOverPng += handedOver.Contains(i) ? pngBytes : 0;
            handedOverWebp += handedOver.Contains(i) ? webpBytes : 0;
            jpeg += Pictures.JpegBytes(pixels, images.Size, JpegQuality).Length;
        }

        double raw = ImageSet.Channels * images.Size * images.Size;
        var share = (double)handedOver.Count / Count;
        return new BaselineReport(
            raw, png / Count, webp / Count, jpeg / Count, raw * share, handedOverPng / Count, handedOverWebp / Count,
            manifest.Cuts[run.Split].Shape.Float32Bytes * share);
    }

    private const int JpegQuality = 90;

    private LatencyReport Latency() => new(
        _answered.Select(image => image.LatencyMs).DefaultIfEmpty().Average(),
        Quantile(_answered, 0.5) ?? 0,
        Quantile(_answered, 0.99) ?? 0,
        Quantile(_answered.Where(image => image.Tier == ImageRecord.EdgeTier), 0.5),
        Quantile(_answered.Where(image => image.Tier == ImageRecord.ServerTier), 0.5));

    private static double? Quantile(IEnumerable<ImageRecord> images, double quantile)
    {
        var sorted = images.Select(image => image.LatencyMs).Order().ToArray();
        return sorted.Length == 0 ? null : sorted[(int)(quantile * (sorted.Length - 1))];
    }
}
