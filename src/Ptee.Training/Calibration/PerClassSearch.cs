using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Training.Evaluation;

namespace Ptee.Training.Calibration;

/// <summary>
/// A threshold for each exit and class that it may answer: what <see cref="ThresholdDescent"/> finds for each price μ of a
/// disagreement.
/// </summary>
/// <remarks>
/// So many thresholds fit the images that they are found on better than others. Therefore a class with few images leans
/// on the exit's others (<see cref="ThresholdDescent"/>), and what a point promises is cross-fitted: each fifth of the
/// images is judged by the thresholds that the same price gives on the other four, and only μ is chosen by what comes
/// out. In the manner of Bonato and Bouganis 2021, who let a subset of the classes leave early (Applied Soft Computing
/// 107); a class that never leaves at an exit has a threshold above 1 there.
/// </remarks>
/// <param name="table">Held-out training images.</param>
/// <param name="allInCosts">For each exit, the backbone's own last: all that runs, over the backbone.</param>
/// <param name="classes">Of the model.</param>
public sealed class PerClassSearch(ExitTable table, IReadOnlyList<double> allInCosts, int classes) : IThresholdSearch
{
    private const int Folds = 5;
    private const int MostPrices = 160;
    private const int FewestPrices = 20;
    private const int MostValues = 200_000; // Of a whole curve: five bytes each in a manifest of at most 4 MiB.

    private readonly ThresholdSearch _search = new(table, allInCosts);

    /// <summary>The trade-off of one gate, from few exits to many; no point is both dearer and worse than another.</summary>
    public OperatingPoint[] Curve(string gate)
    {
        var whole = new ThresholdDescent(table, allInCosts, gate, classes);
        var parts = Parts(gate);
        var nobody = Enumerable.Repeat(ExitPolicy.Never, table.EarlyExits * classes).ToArray();
        var count = Math.Clamp(MostValues / Math.Max(1, nobody.Length), FewestPrices, MostPrices);
        return PerExitSearch.ParetoOptimal(
        [
            _search.Evaluate("", gate, nobody),
            .. ThresholdDescent.Prices(count).Select(price => CrossFitted(gate, price, whole.Run(price), parts)),
        ]);
    }

    private (ThresholdDescent Others, ThresholdSearch Own, int Images)[] Parts(string gate)
    {
        var images = Enumerable.Range(0, table.Images).ToArray();
        var folds = Math.Min(Folds, table.Images);
        return [.. Enumerable.Range(0, folds).Select(fold =>
        {
            // Held-out images come in no order, so every fifth is as good as a draw.
            int[] own = [.. images.Where(image => image % folds == fold)];
            var others = table.Only([.. images.Where(image => image % folds != fold)]);
            return (new ThresholdDescent(others, allInCosts, gate, classes), new ThresholdSearch(table.Only(own), allInCosts), own.Length);
        })];
    }

    /// <summary>The thresholds of all images with what the price gives on images that it has not seen.</summary>
    private OperatingPoint CrossFitted(
        string gate, double price, float[] thresholds, (ThresholdDescent Others, ThresholdSearch Own, int Images)[] parts)
    {
        var (agreement, cost, fractions) = (0.0, 0.0, new double[table.EarlyExits + 1]);
        foreach (var (others, own, images) in parts)
        {
            var point = own.Evaluate("", gate, others.Run(price));
            var share = (double)images / table.Images;
            agreement += share * point.Agreement;
            cost += share * point.AllInRatio;
            for (var exit = 0; exit < fractions.Length; exit++)
            {
                fractions[exit] += share * point.ExitFractions[exit];
            }
        }

        return new OperatingPoint("", gate, thresholds, Math.Min(1, agreement), cost, fractions);
    }
}
