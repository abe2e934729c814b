using Ptee.Shared.Exits;
using Ptee.Training.Evaluation;

namespace Ptee.Training.Calibration;

/// <summary>Sets one exit's threshold to the best of all, in one pass, with the other exits' as they are.</summary>
/// <param name="costs">For each exit, the backbone's own last, in a budget's unit.</param>
/// <param name="allInCosts">The same in macs.</param>
/// <param name="goal">What is best.</param>
internal sealed class ThresholdSweep(
    ExitTable table, string gate, IReadOnlyList<double> costs, IReadOnlyList<double> allInCosts, ThresholdGoal goal)
{
    private readonly float[][] _scores = table.Scores[gate];
    private readonly int[] _later = new int[table.Images];
    private readonly int[][] _byScore =
        [.. table.Scores[gate].Select(scores => Enumerable.Range(0, scores.Length).OrderByDescending(image => scores[image]).ToArray())];

    /// <summary>Sets <paramref name="thresholds"/>[<paramref name="exit"/>], where some value of it is allowed.</summary>
    /// <returns>What the thresholds give then; null, and nothing is set, where none is.</returns>
    public ThresholdTotal? Set(int exit, float[] thresholds)
    {
        var order = _byScore[exit];
        var scores = _scores[exit];
        var total = WithoutExit(exit, thresholds);
        ThresholdTotal? best = null;
        Keep(ExitPolicy.Never);
        for (var i = 0; i < order.Length; i++)
        {
            var image = order[i];
            if (_later[image] > exit)
            {
                total = total.Moved(Of(_later[image], image), Of(exit, image));
            }

            // Images with one score leave together.
            if (i + 1 == order.Length || scores[order[i + 1]] < scores[image])
            {
                Keep(scores[image]);
            }
        }

        return best;

        void Keep(float threshold)
        {
            if (goal.Allows(total) && (best is not { } last || goal.IsBetter(total, last)))
            {
                thresholds[exit] = threshold;
                best = total;
            }
        }
    }

    /// <summary>Up to <paramref name="most"/> thresholds of an exit that differ in what they give, all of them where there are few.</summary>
    public IEnumerable<float> Places(int exit, int most)
    {
        var order = _byScore[exit];
        var count = Math.Min(most, order.Length);
        return Enumerable.Range(0, count).Select(i => _scores[exit][order[(int)((long)i * order.Length / count)]])
            .Prepend(ExitPolicy.Never).Distinct();
    }

    /// <summary>Where every image leaves that <paramref name="exit"/> is shut for, into <see cref="_later"/>, and their sum.</summary>
    private ThresholdTotal WithoutExit(int exit, float[] thresholds)
    {
        var total = default(ThresholdTotal);
        for (var image = 0; image < _later.Length; image++)
        {
            var leaves = 0;
            while (leaves < _scores.Length && (leaves == exit || _scores[leaves][image] < thresholds[leaves]))
            {
                leaves++;
            }

            _later[image] = leaves;
            total = total.Moved(default, Of(leaves, image));
        }

        return total;
    }

    private ThresholdTotal Of(int exit, int image) => new(
        table.Agrees(exit, image) ? 1 : 0, costs[exit], allInCosts[exit]);
}
