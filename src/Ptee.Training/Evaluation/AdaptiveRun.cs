using System.Diagnostics;
using Ptee.Data;
using Ptee.Shared;
using Ptee.Shared.Adaptation;
using Ptee.Shared.Bundles;
using Ptee.Shared.Inference;
using Ptee.Shared.Reports;

namespace Ptee.Training.Evaluation;

/// <summary>
/// A bandit over thresholds on a stream of images: each leaves where the thresholds chosen for it say, and the bandit
/// hears what a device would. Counted on a table of what every exit says, so that each set of thresholds can be held
/// beside it on the same images.
/// </summary>
public static class AdaptiveRun
{
    private const double BytesPerMb = 1 << 20;

    /// <param name="table">Of <paramref name="images"/>.</param>
    /// <param name="point">Name of the operating point to start from.</param>
    /// <param name="seed">Of the order in which the images come.</param>
    /// <exception cref="PteeFormatException">The bundle has no such point, or its curve offers nothing to choose from.</exception>
    public static ClassifyReport Run(
        Bundle bundle, string engine, ExitTable table, ImageSet images, string point, AdaptationOptions options, int seed)
    {
        var manifest = bundle.Manifest;
        var bandit = new ThresholdBandit(manifest, point, manifest.DeepestSplit, options);
        var records = new ImageRecord[images.Count];
        var clock = Stopwatch.StartNew();
        var order = Enumerable.Range(0, images.Count).ToArray();
        new Random(seed).Shuffle(order);
        foreach (var image in order)
        {
            var choice = bandit.Choose();
            var judged = Judge(table, choice, manifest.DeepestSplit, image);
            bandit.Learn(choice.Arm, judged);
            records[image] = Evaluator.Record(manifest, images, image, judged[^1]);
        }

        return new ClassifyReport(
            bundle.Id, engine, manifest.Point(point).Gate, point, manifest.Point(point).Thresholds, manifest.DeepestSplit,
            Codec: "", clock.Elapsed.TotalSeconds, BytesUp: null, BytesDown: null, ProcessMemory.Peak() / BytesPerMb,
            LiveTensors: 0, Reconnects: 0, records, Measured(bandit, TradeOff.Of(manifest, table, images)));
    }

    /// <summary>What a device hears: its own exits, and of the server's the one that answers.</summary>
    private static List<ExitAnswer> Judge(ExitTable table, BanditChoice choice, int split, int image)
    {
        var judged = new List<ExitAnswer>();
        for (var exit = 0; ; exit++)
        {
            var answer = table.Answer(choice.Policy.Gate, exit, image);
            var isLast = exit == table.EarlyExits || choice.Policy.Stands(exit, answer.Class, answer.Score);
            if (isLast || exit <= split)
            {
                judged.Add(answer);
            }

            if (isLast)
            {
                return judged;
            }
        }
    }

    private static AdaptationReport Measured(ThresholdBandit bandit, TradeOff tradeOff)
    {
        var report = bandit.Report();
        return report with
        {
            Arms = [.. report.Arms.Zip(bandit.Arms, (arm, policy) =>
            {
                var alone = tradeOff.At(policy.Gate, arm.Thresholds, expected: null);
                return arm with { Agreement = alone.Agreement, AllInRatio = alone.AllInRatio };
            })],
        };
    }
}
