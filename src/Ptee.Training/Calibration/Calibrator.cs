using System.Globalization;
using Ptee.Data;
using Ptee.Shared;
using Ptee.Shared.Architectures;
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

    /// <summary>Of the backbone's macs: about two standard errors of the cost on 5,000 images.</summary>
    private const double ClearlyCheaper = 0.01;

    /// <summary>As <see cref="CalibrationResult.Data"/> keeps it.</summary>
    public static string NameOf(ImageSet images) => $"{images.Name} {images.Fingerprint}";

    /// <param name="images">Held-out training images; labels are not looked at.</param>
    /// <exception cref="PteeFormatException">Too few images for the default point.</exception>
    /// <returns>What was chosen, and what every exit said about each image: a budget is kept on the same.</returns>
    public static (CalibrationResult Result, ExitTable Table) Run(
        StagedExits exits,
        ImageSet images,
        PreprocessingSpec preprocessing,
        CalibrationOptions options,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        RequireEnough(images.Count, options.Accurate);
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
        return (new CalibrationResult(
            NameOf(images),
            DeepestAffordable(exits.AllInCosts),
            // A picture's range is known, and with it nothing of the picture is lost.
            [.. exits.Plan.Exits.Zip(clips, (exit, clip) => exit.Block == Backbone.Pixels ? preprocessing.Ranges() : clip.Ranges())],
            [.. Targets(options)
                .Where(target => table.Images >= PointEvidence.LeastImages(target.Agreement))
                .Select(target => search.Cheapest(curves[gate], target.Name, target.Agreement))],
            curves[gate],
            GateQuality.Of(table),
            Evidence: new PointEvidence(table.Images, table.Backbone.Distinct().Count(), options.NewToBackbone)), table);
    }

    /// <summary>The named points and the held-out agreement that each is to keep; of too few images not each is made.</summary>
    public static IEnumerable<(string Name, double Agreement)> Targets(CalibrationOptions options) => OperatingPoint.Targets
        .Select(target => target.Name == OperatingPoint.Accurate ? (target.Name, options.Accurate) : target);

    private static void RequireEnough(int images, double agreement)
    {
        if (PointEvidence.LeastImages(agreement) is var least && images < least)
        {
            throw new PteeFormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"{images} held-out images: a point that promises {100 * agreement:0.##} % agreement needs at least {least}; give more pictures, or a lower --accurate"));
        }
    }

    /// <summary>Adds the point <see cref="OperatingPoint.Budget"/>.</summary>
    /// <param name="table">Of the images that <paramref name="result"/> was chosen on.</param>
    /// <param name="costs">For each exit, the backbone's own last, in the budget's unit; never falling.</param>
    /// <param name="allInCosts">The same in macs over the backbone's.</param>
    /// <param name="codec">That bytes were counted with; empty for other measures.</param>
    /// <exception cref="PteeFormatException">The budget cannot be kept.</exception>
    public static CalibrationResult WithBudget(
        CalibrationResult result,
        ExitTable table,
        ThresholdScope thresholds,
        Budget budget,
        IReadOnlyList<double> costs,
        IReadOnlyList<double> allInCosts,
        string codec = "")
    {
        var search = new BudgetSearch(table, costs, allInCosts);
        var gate = result.Curve[0].Gate;
        var point = thresholds == ThresholdScope.One ? search.MostAccurateOfOne(gate, budget) : search.MostAccurate(gate, budget);
        return result with
        {
            Points = [.. result.Points, point],
            Budget = new BudgetOutcome(budget.Measure, budget.Limit, search.CostOf(point), codec),
        };
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

    /// <summary>The deepest cut within the budget; the first one when none is.</summary>
    private static int DeepestAffordable(IReadOnlyList<double> allInCosts) =>
        Math.Max(0, allInCosts.SkipLast(1).TakeWhile(cost => cost <= EdgeBudget).Count() - 1);
}
