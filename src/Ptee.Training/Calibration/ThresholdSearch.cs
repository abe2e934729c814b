using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Training.Evaluation;

namespace Ptee.Training.Calibration;

/// <summary>What thresholds give on a table of what the exits say, and one threshold for all exits as in the paper.</summary>
/// <param name="table">Held-out training images.</param>
/// <param name="allInCosts">For each exit, the backbone's own last: all that runs, over the backbone.</param>
public sealed class ThresholdSearch(ExitTable table, IReadOnlyList<double> allInCosts) : IThresholdSearch
{
    private const int Steps = 200;

    /// <summary>What one threshold for all exits gives.</summary>
    public OperatingPoint Evaluate(string name, string gate, float threshold) =>
        Evaluate(name, gate, [.. Enumerable.Repeat(threshold, table.EarlyExits)]);

    /// <summary>What thresholds give.</summary>
    /// <param name="thresholds">One an early exit, or one for each early exit and class, exit after exit.</param>
    public OperatingPoint Evaluate(string name, string gate, float[] thresholds)
    {
        var counts = new int[table.EarlyExits + 1];
        var agreed = 0;
        foreach (var (image, exit) in table.Leave(gate, thresholds).Index())
        {
            counts[exit]++;
            agreed += table.Agrees(exit, image) ? 1 : 0;
        }

        var fractions = counts.Select(count => (double)count / table.Images).ToArray();
        return new OperatingPoint(
            name,
            gate,
            thresholds,
            (double)agreed / table.Images,
            fractions.Zip(allInCosts, (fraction, cost) => fraction * cost).Sum(),
            fractions);
    }

    /// <summary>The whole trade-off of one gate, from no exits to all.</summary>
    public OperatingPoint[] Curve(string gate)
    {
        var sorted = table.Scores[gate].SelectMany(scores => scores).Order().ToArray();
        return [.. Enumerable.Range(0, Steps + 1)
            .Select(step => sorted[(int)((long)step * (sorted.Length - 1) / Steps)])
            .Append(ExitPolicy.Never)
            .Distinct()
            .OrderDescending()
            .Select(threshold => Evaluate("", gate, threshold))];
    }

    /// <summary>The cheapest point that keeps <paramref name="agreement"/>, of every threshold that gives another point, not of the curve's alone.</summary>
    public OperatingPoint Cheapest(IEnumerable<OperatingPoint> curve, string name, double agreement)
    {
        var gate = CheapestOn(curve, name, agreement).Gate;
        // A lower one lets images leave earlier and is never dearer.
        return Evaluate(name, gate, Every(gate, allInCosts).Last(tried => tried.Agreement >= agreement).Threshold);
    }

    /// <summary>Every threshold for all exits that gives another point, from no exits to all.</summary>
    /// <param name="costs">For each exit, the backbone's own last, in any unit.</param>
    internal IEnumerable<(float Threshold, double Agreement, double Cost)> Every(string gate, IReadOnlyList<double> costs)
    {
        var leaves = Enumerable.Repeat(table.EarlyExits, table.Images).ToArray();
        var agreed = table.Images; // The backbone agrees with itself.
        var cost = costs[^1] * table.Images;
        (float, double, double) Point(float threshold) => (threshold, (double)agreed / table.Images, cost / table.Images);

        yield return Point(ExitPolicy.Never);
        var scores = table.Scores[gate].SelectMany((scores, exit) => scores.Select((score, image) => (Score: score, Exit: exit, Image: image)));
        foreach (var same in scores.GroupBy(score => score.Score).OrderByDescending(same => same.Key))
        {
            foreach (var (_, exit, image) in same.Where(score => score.Exit < leaves[score.Image]))
            {
                agreed += (table.Agrees(exit, image) ? 1 : 0) - (table.Agrees(leaves[image], image) ? 1 : 0);
                cost += costs[exit] - costs[leaves[image]];
                leaves[image] = exit;
            }

            yield return Point(same.Key);
        }
    }

    /// <summary>The cheapest of points of any gate that keeps <paramref name="agreement"/>.</summary>
    public static OperatingPoint CheapestOn(IEnumerable<OperatingPoint> curve, string name, double agreement) =>
        curve.Where(point => point.Agreement >= agreement).MinBy(point => point.AllInRatio)! with { Name = name };
}
