using Ptee.Data;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;
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

    /// <summary>Of the backbone's macs: about two standard errors of the cost on 5,000 images.</summary>
    private const double ClearlyCheaper = 0.01;

    /// <summary>As <see cref="CalibrationResult.Data"/> keeps it.</summary>
    public static string NameOf(ImageSet images) => $"{images.Name} {images.Fingerprint}";

    /// <param name="images">Held-out training images; labels are not looked at.</param>
    /// <exception cref="Shared.PteeFormatException">The budget cannot be kept, or its codec is unknown.</exception>
    public static CalibrationResult Run(
        StagedExits exits,
        ImageSet images,
        PreprocessingSpec preprocessing,
        CalibrationOptions options,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        var clips = exits.Plan.Exits.Select(exit => new ClipEstimator(exits.Backbone.ShapeAfter(exit.Block))).ToArray();
        var table = ExitScan.Run(
            exits, images, preprocessing, (cut, features) => clips[cut].Add(features), progress, cancellationToken);
        IThresholdSearch search = options.Thresholds switch
        {
            ThresholdScope.One => new ThresholdSearch(table, exits.AllInCosts),
            ThresholdScope.Class => new PerClassSearch(table, exits.AllInCosts, exits.Backbone.Classes),
            _ => new PerExitSearch(table, exits.AllInCosts),
        };
        IEnumerable<string> gates = options.Gate is { } only ? [only] : Gates.Names;
        var curves = gates.ToDictionary(gate => gate, search.Curve);
        var gate = GateOf(curves, curve => search.Cheapest(curve, OperatingPoint.Accurate, options.Accurate));
        var result = new CalibrationResult(
            NameOf(images),
            DeepestAffordable(exits.AllInCosts),
            // A picture's range is known, and with it nothing of the picture is lost.
            [.. exits.Plan.Exits.Zip(clips, (exit, clip) => exit.Block == Backbone.Pixels ? preprocessing.Ranges() : clip.Ranges())],
            [.. OperatingPoint.Targets.Select(target => search.Cheapest(
                curves[gate], target.Name, target.Name == OperatingPoint.Accurate ? options.Accurate : target.Agreement))],
            curves[gate],
            GateQuality.Of(table));
        return options.Budget is { } budget ? WithBudget(result, exits, table, options, budget) : result;
    }

    /// <summary>
    /// One gate for a whole bundle: the confidence head, unless another is clearly cheaper at the default point. The best of
    /// several that are alike is the luckiest on these images.
    /// </summary>
    private static string GateOf(
        Dictionary<string, OperatingPoint[]> curves, Func<IEnumerable<OperatingPoint>, OperatingPoint> cheapest)
    {
        var best = cheapest(curves.Values.SelectMany(curve => curve));
        return curves.TryGetValue(Gates.Confidence, out var usual) && cheapest(usual).AllInRatio <= best.AllInRatio + ClearlyCheaper
            ? Gates.Confidence
            : best.Gate;
    }

    private static CalibrationResult WithBudget(
        CalibrationResult result, StagedExits exits, ExitTable table, CalibrationOptions options, Budget budget)
    {
        var split = result.DeepestSplit;
        var codec = FeatureCodecs.Create(options.Codec, exits.Plan.Exits[split].CutOn(exits.Backbone, result.Clips[split]));
        var search = new BudgetSearch(table, ExitCosts.Of(budget.Measure, exits, split, codec), exits.AllInCosts);
        var point = options.Thresholds == ThresholdScope.One
            ? search.MostAccurate(result.Curve, budget)
            : search.MostAccurate(result.Curve[0].Gate, budget);
        var outcome = new BudgetOutcome(
            budget.Measure, budget.Limit, search.CostOf(point), budget.Measure == Budget.Bytes ? codec.Name : "");
        return result with { Points = [.. result.Points, point], Budget = outcome };
    }

    /// <summary>The deepest cut within the budget; the first one when none is.</summary>
    private static int DeepestAffordable(IReadOnlyList<double> allInCosts) =>
        Math.Max(0, allInCosts.SkipLast(1).TakeWhile(cost => cost <= EdgeBudget).Count() - 1);
}
