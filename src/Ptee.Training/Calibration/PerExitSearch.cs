using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Training.Evaluation;

namespace Ptee.Training.Calibration;

/// <summary>
/// A threshold for each exit. <see cref="ThresholdDescent"/> answers each price μ of a disagreement; going through μ gives
/// the trade-off's lower hull.
/// </summary>
/// <param name="table">Held-out training images.</param>
/// <param name="allInCosts">For each exit, the backbone's own last: all that runs, over the backbone.</param>
public sealed class PerExitSearch(ExitTable table, IReadOnlyList<double> allInCosts) : IThresholdSearch
{
    private const int Prices = 160;
    private const int RefiningSteps = 64;

    private readonly ThresholdSearch _search = new(table, allInCosts);

    /// <summary>The trade-off of one gate, from few exits to many; no point is both dearer and worse than another.</summary>
    public OperatingPoint[] Curve(string gate)
    {
        var descent = new ThresholdDescent(table, allInCosts, gate);
        return ParetoOptimal(
        [
            _search.Evaluate("", gate, ExitPolicy.Never),
            .. ThresholdDescent.Prices(Prices).Select(price => _search.Evaluate("", gate, descent.Run(price))),
        ]);
    }

    /// <summary>The cheapest point that keeps <paramref name="agreement"/>, with what slack the hull leaves used up.</summary>
    public OperatingPoint Cheapest(IEnumerable<OperatingPoint> curve, string name, double agreement)
    {
        var best = ThresholdSearch.Cheapest(curve, name, agreement);
        for (var exit = 0; exit < table.EarlyExits; exit++)
        {
            foreach (var threshold in Below(best.Gate, exit, best.Thresholds[exit]))
            {
                float[] thresholds = [.. best.Thresholds];
                thresholds[exit] = threshold;
                var tried = _search.Evaluate(name, best.Gate, thresholds);
                best = tried.Agreement >= agreement && tried.AllInRatio < best.AllInRatio ? tried : best;
            }
        }

        return best;
    }

    /// <summary>The points that no other beats in both cost and agreement, from few exits to many.</summary>
    internal static OperatingPoint[] ParetoOptimal(IEnumerable<OperatingPoint> points)
    {
        var kept = new List<OperatingPoint>();
        foreach (var point in points.OrderBy(point => point.AllInRatio).ThenByDescending(point => point.Agreement))
        {
            if (kept.Count == 0 || point.Agreement > kept[^1].Agreement)
            {
                kept.Add(point);
            }
        }

        kept.Reverse();
        return [.. kept];
    }

    private IEnumerable<float> Below(string gate, int exit, float threshold)
    {
        var lower = table.Scores[gate][exit].Where(score => score < threshold).OrderDescending().ToArray();
        // Small steps first: slack between two points of the hull is a handful of images.
        return Enumerable.Range(1, RefiningSteps).Where(step => step <= lower.Length).Select(step => lower[step - 1]);
    }
}
