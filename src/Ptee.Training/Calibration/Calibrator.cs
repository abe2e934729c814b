using Ptee.Data;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Preprocessing;
using Ptee.Training.Evaluation;
using Ptee.Training.ExitTraining;
using Ptee.Training.Progress;

namespace Ptee.Training.Calibration;

/// <summary>Chooses gate, thresholds, split and clip ranges on held-out training images.</summary>
public static class Calibrator
{
    /// <summary>What the edge may spend on an image before it hands over, as a share of the backbone's macs.</summary>
    private const double EdgeBudget = 0.60;

    /// <param name="images">Held-out training images; labels are not looked at.</param>
    public static CalibrationResult Run(
        StagedExits exits,
        ImageSet images,
        PreprocessingSpec preprocessing,
        CalibrationOptions options,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        var clips = exits.Plan.Exits.Select(exit => new ClipEstimator(exits.Backbone.Blocks[exit.Block].Out)).ToArray();
        var table = ExitScan.Run(
            exits, images, preprocessing, (cut, features) => clips[cut].Add(features), progress, cancellationToken);
        var one = new ThresholdSearch(table, exits.AllInCosts);
        var each = new PerExitSearch(table, exits.AllInCosts);
        IEnumerable<string> gates = options.Gate is { } only ? [only] : Gates.Names;
        var curves = gates.ToDictionary(gate => gate, gate => options.OneThreshold ? one.Curve(gate) : each.Curve(gate));
        // One gate for a whole bundle: the one that is cheapest at the default point.
        var gate = Named(curves.Values.SelectMany(curve => curve), OperatingPoint.Accurate, options.Accurate).Gate;
        return new CalibrationResult(
            $"{images.Name} {images.Fingerprint}",
            DeepestAffordable(exits.AllInCosts),
            [.. clips.Select(clip => clip.Ranges())],
            [.. OperatingPoint.Targets.Select(target => Named(
                curves[gate], target.Name, target.Name == OperatingPoint.Accurate ? options.Accurate : target.Agreement))],
            curves[gate],
            GateQuality.Of(table));

        OperatingPoint Named(IEnumerable<OperatingPoint> curve, string name, double agreement) => options.OneThreshold
            ? ThresholdSearch.Cheapest(curve, name, agreement)
            : each.Cheapest(curve, name, agreement);
    }

    /// <summary>The deepest cut within the budget; the first one when none is.</summary>
    private static int DeepestAffordable(IReadOnlyList<double> allInCosts) =>
        Math.Max(0, allInCosts.SkipLast(1).TakeWhile(cost => cost <= EdgeBudget).Count() - 1);
}
