using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Training.Evaluation;

namespace Ptee.Training.Calibration;

/// <summary>
/// A threshold for each exit. For a price μ of a disagreement, coordinate descent lowers all-in cost + μ · disagreements
/// over one exit's threshold after the other; going through μ gives the trade-off's lower hull.
/// </summary>
/// <param name="table">Held-out training images.</param>
/// <param name="allInCosts">For each exit, the backbone's own last: all that runs, over the backbone.</param>
public sealed class PerExitSearch(ExitTable table, IReadOnlyList<double> allInCosts)
{
    private const int Prices = 160;
    private const double LowestPrice = 0.1;
    private const double HighestPrice = 1000;
    private const int Rounds = 12;
    private const int RefiningSteps = 64;

    private readonly ThresholdSearch _search = new(table, allInCosts);

    /// <summary>The trade-off of one gate, from few exits to many; no point is both dearer and worse than another.</summary>
    public OperatingPoint[] Curve(string gate)
    {
        var byScore = table.Scores[gate].Select(Falling).ToArray();
        var thresholds = Enumerable.Repeat(ExitPolicy.Never, table.EarlyExits).ToArray();
        var points = new List<OperatingPoint> { _search.Evaluate("", gate, [.. thresholds]) };
        for (var step = Prices - 1; step >= 0; step--)
        {
            var price = LowestPrice * Math.Pow(HighestPrice / LowestPrice, step / (Prices - 1.0));
            Descend(gate, byScore, thresholds, price);
            points.Add(_search.Evaluate("", gate, [.. thresholds]));
        }

        return ParetoOptimal(points);
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

    private void Descend(string gate, int[][] byScore, float[] thresholds, double price)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var changed = false;
            for (var exit = table.EarlyExits - 1; exit >= 0; exit--)
            {
                var best = BestThreshold(gate, exit, byScore[exit], thresholds, price);
                changed |= best != thresholds[exit];
                thresholds[exit] = best;
            }

            if (!changed)
            {
                return;
            }
        }
    }

    /// <summary>With the other exits' thresholds as they are: how many of those who come this far should leave here.</summary>
    private float BestThreshold(string gate, int exit, int[] byScore, float[] thresholds, double price)
    {
        var scores = table.Scores[gate];
        var coming = byScore.Where(image => Leaves(scores, thresholds, image, 0, exit) == exit).ToArray();
        var (gain, bestGain, best) = (0.0, 0.0, 0);
        for (var i = 0; i < coming.Length; i++)
        {
            var image = coming[i];
            var later = Leaves(scores, thresholds, image, exit + 1, table.EarlyExits);
            gain += Cost(later, image, price) - Cost(exit, image, price);
            var isTied = i + 1 < coming.Length && scores[exit][coming[i + 1]] == scores[exit][image];
            if (gain > bestGain && !isTied)
            {
                (bestGain, best) = (gain, i + 1);
            }
        }

        return best == 0 ? ExitPolicy.Never : scores[exit][coming[best - 1]];
    }

    /// <summary>The first exit from <paramref name="first"/> on that lets the image go; <paramref name="end"/> if none does.</summary>
    private static int Leaves(float[][] scores, float[] thresholds, int image, int first, int end)
    {
        var exit = first;
        while (exit < end && scores[exit][image] < thresholds[exit])
        {
            exit++;
        }

        return exit;
    }

    private double Cost(int exit, int image, double price) =>
        allInCosts[exit] + (table.Classes[exit][image] == table.Backbone[image] ? 0 : price);

    private IEnumerable<float> Below(string gate, int exit, float threshold)
    {
        var lower = table.Scores[gate][exit].Where(score => score < threshold).OrderDescending().ToArray();
        // Small steps first: slack between two points of the hull is a handful of images.
        return Enumerable.Range(1, RefiningSteps).Where(step => step <= lower.Length).Select(step => lower[step - 1]);
    }

    private static int[] Falling(float[] scores) =>
        [.. Enumerable.Range(0, scores.Length).OrderByDescending(image => scores[image])];

    private static OperatingPoint[] ParetoOptimal(IEnumerable<OperatingPoint> points)
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
