using Ptee.Data;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;

namespace Ptee.Training.Evaluation;

/// <summary>Accuracy against cost on some images.</summary>
/// <param name="table">What every exit says of these images.</param>
/// <param name="images">The images themselves, with the model's classes as labels; accuracy is of those that have one.</param>
/// <param name="allInCosts">For each exit, the backbone's own last: all that runs, over the backbone.</param>
/// <param name="paperCosts">The trunk and the branch that answers, over the backbone.</param>
public sealed class TradeOff(
    ExitTable table, ImageSet images, IReadOnlyList<double> allInCosts, IReadOnlyList<double> paperCosts)
{
    private const int Steps = 100;

    public static TradeOff Of(Manifest manifest, ExitTable table, ImageSet images)
    {
        var exits = Enumerable.Range(0, manifest.Exits.Length + 1).ToArray();
        return new TradeOff(
            table,
            images,
            [.. exits.Select(exit => (double)manifest.AllInMacs(exit) / manifest.BackboneMacs)],
            [.. exits.Select(exit => (double)manifest.PaperMacs(exit) / manifest.BackboneMacs)]);
    }

    /// <summary>The points of a curve that was found on other images, as they are on these.</summary>
    public TradeOffPoint[] At(IEnumerable<OperatingPoint> curve) =>
        [.. curve.Select(point => At(point.Gate, point.Thresholds, new ExpectedPoint(point.Agreement, point.AllInRatio)))];

    /// <summary>Operating points with their names, as they are on these images.</summary>
    public IEnumerable<(string Name, TradeOffPoint Point)> Named(IEnumerable<OperatingPoint> points) =>
        points.Zip(At(points), (point, here) => (point.Name, here));

    /// <summary>One threshold for all exits, from above 1 (nobody leaves early) down to 0 (everybody at the first).</summary>
    public TradeOffPoint[] OneThreshold(string gate) => [.. Enumerable.Range(0, Steps + 1)
        .Select(step => 1 - ((float)step / Steps))
        .Prepend(ExitPolicy.Never)
        .Select(threshold => At(gate, [.. Enumerable.Repeat(threshold, table.EarlyExits)], expected: null))];

    /// <summary>Share of the labelled images to which the undivided network gives the true class; null without labels.</summary>
    public double? Undivided => images.Labelled == 0
        ? null
        : (double)table.Backbone.Index().Count(image => image.Item == images.LabelOf(image.Index)) / images.Labelled;

    public TradeOffPoint At(string gate, float[] thresholds, ExpectedPoint? expected)
    {
        var exits = table.Leave(gate, thresholds);
        return new TradeOffPoint(
            thresholds,
            expected,
            (double)Count((image, exit) => table.Agrees(exit, image)) / table.Images,
            images.Labelled == 0 ? null : (double)Count((image, exit) => table.Classes[exit][image] == images.LabelOf(image)) / images.Labelled,
            exits.Average(exit => allInCosts[exit]),
            exits.Average(exit => paperCosts[exit]),
            [.. Enumerable.Range(0, table.EarlyExits + 1).Select(exit => (double)exits.Count(own => own == exit) / table.Images)]);

        int Count(Func<int, int, bool> holds) => exits.Index().Count(image => holds(image.Index, image.Item));
    }
}
