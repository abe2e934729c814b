using System.Diagnostics;
using Ptee.Data;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;
using Ptee.Shared.Inference;
using Ptee.Shared.Reports;
using Ptee.Training.Progress;

namespace Ptee.Training.Evaluation;

/// <summary>Runs a whole bundle in one process with real early exits: what has left does not run further, and what is
/// handed over is coded and decoded as it would be between device and server.</summary>
public static class Evaluator
{
    private const int BatchSize = 64;
    private const double BytesPerMb = 1 << 20;

    /// <param name="point">Name of the operating point, or empty when a threshold was given.</param>
    /// <param name="codecs">Of what is handed over at the deepest split, as <see cref="Data.Codecs.HandoverCodecs"/> makes them;
    /// empty: features go on as they are.</param>
    public static ClassifyReport Run(
        Bundle bundle,
        IEngine engine,
        ImageSet images,
        ExitPolicy policy,
        string point,
        IFeatureCodec[] codecs,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        var manifest = bundle.Manifest;
        var cascade = new CodedCascade(manifest, engine, policy, codecs);
        var records = new ImageRecord[images.Count];
        var clock = Stopwatch.StartNew();
        foreach (var (first, count, input) in new ImageBatches(manifest.Preprocessing, images, BatchSize).All())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var answers = cascade.Run(count, input);
            for (var i = 0; i < count; i++)
            {
                records[first + i] = Record(manifest, images, first + i, answers[i].Answer) with
                {
                    Codec = answers[i].Codec,
                    PayloadBytes = answers[i].PayloadBytes,
                };
            }

            progress?.Report(new("of the images, with exits", first + count, images.Count));
        }

        return new ClassifyReport(
            bundle.Id, engine.Name, policy.Gate, point, [.. policy.Thresholds], manifest.DeepestSplit,
            string.Join(ClassifyReport.Separator, codecs.Select(codec => codec.Name)),
            clock.Elapsed.TotalSeconds, BytesUp: null, BytesDown: null, ProcessMemory.Peak() / BytesPerMb,
            engine.LiveTensors, Reconnects: 0, records);
    }

    /// <remarks>The tier that would have answered: in one process nothing is sent.</remarks>
    internal static ImageRecord Record(Manifest manifest, ImageSet images, int index, ExitAnswer answer) => new(
        index,
        images.NameOf(index),
        images.LabelOf(index),
        answer.Class,
        manifest.Labels[answer.Class],
        answer.Exit,
        answer.Exit <= manifest.DeepestSplit ? ImageRecord.EdgeTier : ImageRecord.ServerTier,
        Degraded: false,
        answer.Score,
        answer.Probability,
        LatencyMs: 0,
        PayloadBytes: 0,
        Codec: "",
        Error: null);
}
