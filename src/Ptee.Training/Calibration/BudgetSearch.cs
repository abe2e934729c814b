using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Training.Evaluation;

namespace Ptee.Training.Calibration;

/// <summary>The most accurate point within a budget: the highest agreement at which the mean cost keeps the limit.</summary>
/// <remarks>
/// Starts at the best point of the trade-off's hull and moves thresholds two at a time, one through up to 256 places and
/// the other to its best, until nothing gains. With two exits and few images that is every pair.
/// </remarks>
/// <param name="table">Held-out training images.</param>
/// <param name="costs">For each exit, the backbone's own last, in the budget's unit; never falling.</param>
/// <param name="allInCosts">The same in macs over the backbone's; the fewer decide between points that agree equally.</param>
public sealed class BudgetSearch(ExitTable table, IReadOnlyList<double> costs, IReadOnlyList<double> allInCosts)
{
    private const int Places = 256;
    private const int Rounds = 8;
    private const double Rounding = 1e-9;

    private readonly ThresholdSearch _search = new(table, allInCosts);

    /// <summary>The mean cost of a point that was evaluated on the same images.</summary>
    public double CostOf(OperatingPoint point) => point.ExitFractions.Zip(costs, (fraction, cost) => fraction * cost).Sum();

    /// <summary>With a threshold for each exit.</summary>
    /// <exception cref="PteeFormatException">No thresholds keep the budget: names the least that can be kept.</exception>
    public OperatingPoint MostAccurate(string gate, Budget budget)
    {
        RequireReachable(budget);
        var goal = new ThresholdGoal.MostAgreed(budget.Limit * table.Images * (1 + Rounding));
        var sweep = new ThresholdSweep(table, gate, costs, allInCosts, goal);
        var thresholds = Start(gate, budget);
        var best = sweep.Set(table.EarlyExits - 1, thresholds)
            ?? throw new InvalidOperationException($"the point that the search for {budget} starts from does not keep it");
        for (var round = 0; round < Rounds; round++)
        {
            var before = best;
            Improve(sweep, goal, ref thresholds, ref best);
            if (best == before)
            {
                break;
            }
        }

        return _search.Evaluate(OperatingPoint.Budget, gate, thresholds);
    }

    /// <summary>With one threshold for all exits.</summary>
    /// <exception cref="PteeFormatException">No threshold keeps the budget: names the least that can be kept.</exception>
    public OperatingPoint MostAccurateOfOne(string gate, Budget budget)
    {
        RequireReachable(budget);
        var best = _search.Every(gate, costs)
            .Where(tried => tried.Cost <= budget.Limit + (Rounding * costs[^1]))
            .Aggregate((best, next) => next.Agreement >= best.Agreement ? next : best); // The later is never dearer.
        return _search.Evaluate(OperatingPoint.Budget, gate, best.Threshold);
    }

    private void Improve(ThresholdSweep sweep, ThresholdGoal goal, ref float[] thresholds, ref ThresholdTotal best)
    {
        for (var first = 0; first < table.EarlyExits; first++)
        {
            foreach (var place in sweep.Places(first, Places))
            {
                // With one exit there is no second to move; then it is set by itself.
                for (var second = 0; second < table.EarlyExits; second++)
                {
                    if (second == first && table.EarlyExits > 1)
                    {
                        continue;
                    }

                    float[] tried = [.. thresholds];
                    tried[first] = place;
                    if (sweep.Set(second, tried) is { } total && goal.IsBetter(total, best))
                    {
                        (thresholds, best) = (tried, total);
                    }
                }
            }
        }
    }

    /// <summary>The hull's best point, or everybody at the first exit where the hull does not go down so far.</summary>
    private float[] Start(string gate, Budget budget)
    {
        // The search's prices are made for costs about 1.
        var unit = costs[^1] > 0 ? costs[^1] : 1;
        var hull = new PerExitSearch(table, [.. costs.Select(cost => cost / unit)]).Curve(gate);
        return hull
            .Where(point => CostOf(point) <= budget.Limit)
            .OrderByDescending(point => point.Agreement)
            .ThenBy(point => point.AllInRatio)
            .FirstOrDefault()?.Thresholds ?? new float[table.EarlyExits];
    }

    /// <summary>Nothing is cheaper than everybody leaving at the first exit.</summary>
    private void RequireReachable(Budget budget)
    {
        if (costs[0] > budget.Limit)
        {
            throw new PteeFormatException(
                $"budget {budget} cannot be kept: an image that leaves at the first exit costs that already; the least is {budget.AtLeast(costs[0])}");
        }
    }
}
