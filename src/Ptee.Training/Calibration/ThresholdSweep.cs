using Ptee.Shared.Exits;
using Ptee.Training.Evaluation;

namespace Ptee.Training.Calibration;

/// <summary>Sets one exit's threshold to the best of all, in one pass, with the other exits' as they are.</summary>
/// <param name="costs">For each exit, the backbone's own last, in a budget's unit.</param>
/// <param name="allInCosts">The same in macs; the fewer decide between points that agree equally.</param>
/// <param name="limit">Of the sum of costs over all images.</param>
internal sealed class ThresholdSweep(
    ExitTable table, string gate, IReadOnlyList<double> costs, IReadOnlyList<double> allInCosts, double limit)
{
    private readonly float[][] _scores = table.Scores[gate];
    private readonly int[] _later = new int[table.Images];
    private readonly int[][] _byScore =
        [.. table.Scores[gate].Select(scores => Enumerable.Range(0, scores.Length).OrderByDescending(image => scores[image]).ToArray())];

    /// <summary>Sets <paramref name="thresholds"/>[<paramref name="exit"/>], where some value of it keeps the limit.</summary>
    /// <returns>What the thresholds give then; null, and nothing is set, where none keeps the limit.</returns>
    public Total? Set(int exit, float[] thresholds)
    {
        var order = _byScore[exit];
        var scores = _scores[exit];
        var total = WithoutExit(exit, thresholds);
        Total? best = null;
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
            if (total.Cost <= limit && (best is not { } last || total.IsBetterThan(last)))
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
    private Total WithoutExit(int exit, float[] thresholds)
    {
        var total = default(Total);
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

    private Total Of(int exit, int image) => new(
        table.Classes[exit][image] == table.Backbone[image] ? 1 : 0, costs[exit], allInCosts[exit]);

    /// <summary>Sums over images.</summary>
    internal readonly record struct Total(int Agreed, double Cost, double Macs)
    {
        private const double Rounding = 1e-9; // Sums over images in another order are not to the last bit the same.

        public bool IsBetterThan(Total other) =>
            Agreed > other.Agreed || (Agreed == other.Agreed && Macs < other.Macs - (Rounding * other.Macs));

        public Total Moved(Total from, Total to) =>
            new(Agreed - from.Agreed + to.Agreed, Cost - from.Cost + to.Cost, Macs - from.Macs + to.Macs);
    }
}
