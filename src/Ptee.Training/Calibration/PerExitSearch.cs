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

    /// <summary>
    /// The cheapest point that keeps <paramref name="agreement"/>: from the curve's one exit after the other is set to its best, the one
    /// that saves most first, until none saves any. Between two points of a hull there can be much.
    /// </summary>
    public OperatingPoint Cheapest(IEnumerable<OperatingPoint> curve, string name, double agreement)
    {
        var start = ThresholdSearch.CheapestOn(curve, name, agreement);
        var goal = new ThresholdGoal.FewestMacs(agreement, table.Images);
        var sweep = new ThresholdSweep(table, start.Gate, allInCosts, allInCosts, goal);
        var (thresholds, best) = (start.Thresholds, (ThresholdTotal?)null);
        while (Next() is { } next && (best is not { } last || goal.IsBetter(next.Total, last)))
        {
            (thresholds, best) = (next.Thresholds, next.Total);
        }

        return _search.Evaluate(name, start.Gate, thresholds);

        (float[] Thresholds, ThresholdTotal Total)? Next()
        {
            (float[] Thresholds, ThresholdTotal Total)? found = null;
            for (var exit = 0; exit < table.EarlyExits; exit++)
            {
                float[] tried = [.. thresholds];
                if (sweep.Set(exit, tried) is { } total && (found is not { } other || goal.IsBetter(total, other.Total)))
                {
                    found = (tried, total);
                }
            }

            return found;
        }
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
}
