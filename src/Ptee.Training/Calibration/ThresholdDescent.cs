using Ptee.Shared.Exits;
using Ptee.Training.Evaluation;

namespace Ptee.Training.Calibration;

/// <summary>
/// Lowers all-in cost + μ · disagreements over one exit's thresholds after the other (coordinate descent). What one exit
/// should do, with the others as they are, is exact: prefix sums over the images that come to it, surest first. Images
/// of two classes do not meet at one exit's thresholds, so those of its classes are found in the same pass.
/// </summary>
/// <param name="allInCosts">For each exit, the backbone's own last: all that runs, over the backbone.</param>
/// <param name="classes">1: a threshold for each exit; else the number of classes, and one for each exit and class.</param>
internal sealed class ThresholdDescent(ExitTable table, IReadOnlyList<double> allInCosts, string gate, int classes = 1)
{
    /// <summary>
    /// Of a class that has few images at an exit, little can be known: beside its own images, all that come to the exit
    /// count as if they were so many more of it. With none of its own it gets the exit's common threshold.
    /// </summary>
    private const double SharedImages = 300;

    private const int Rounds = 12;
    private const double LowestPrice = 0.1;
    private const double HighestPrice = 1000;

    private readonly float[][] _scores = table.Scores[gate];
    private readonly int[][] _byScore = [.. table.Scores[gate].Select(Falling)];
    private readonly float[] _thresholds = [.. Enumerable.Repeat(ExitPolicy.Never, table.EarlyExits * classes)];

    /// <summary>From where hardly anybody leaves to where hardly anybody stays.</summary>
    public static IEnumerable<double> Prices(int count) => Enumerable.Range(0, count).Select(
        step => HighestPrice * Math.Pow(LowestPrice / HighestPrice, step / (count - 1.0)));

    /// <summary>Goes on from the thresholds that the price before gave; from none at first.</summary>
    /// <returns>Exit after exit.</returns>
    public float[] Run(double price)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var changed = false;
            for (var exit = table.EarlyExits - 1; exit >= 0; exit--)
            {
                var best = BestThresholds(exit, price);
                var own = _thresholds.AsSpan(exit * classes, classes);
                changed |= !own.SequenceEqual(best);
                best.CopyTo(own);
            }

            if (!changed)
            {
                break;
            }
        }

        return [.. _thresholds];
    }

    /// <summary>How many of those who come this far should leave here, by the class that the exit says.</summary>
    private float[] BestThresholds(int exit, double price)
    {
        var coming = _byScore[exit].Where(image => Leaves(image, 0, exit) == exit).ToArray();
        var shared = classes == 1 ? 0 : SharedImages / Math.Max(1, coming.Length);
        var (gains, bestGains) = (new double[classes], new double[classes]);
        var best = Enumerable.Repeat(ExitPolicy.Never, classes).ToArray();
        for (var i = 0; i < coming.Length; i++)
        {
            var image = coming[i];
            var gain = Cost(Leaves(image, exit + 1, table.EarlyExits), image, price) - Cost(exit, image, price);
            var isTied = i + 1 < coming.Length && _scores[exit][coming[i + 1]] == _scores[exit][image];
            gains[Column(exit, image)] += gain;
            for (var column = 0; column < classes; column++)
            {
                gains[column] += shared * gain;
                if (gains[column] > bestGains[column] && !isTied)
                {
                    (bestGains[column], best[column]) = (gains[column], _scores[exit][image]);
                }
            }
        }

        return best;
    }

    /// <summary>The first exit from <paramref name="first"/> on that lets the image go; <paramref name="end"/> if none does.</summary>
    private int Leaves(int image, int first, int end)
    {
        var exit = first;
        while (exit < end && _scores[exit][image] < _thresholds[(exit * classes) + Column(exit, image)])
        {
            exit++;
        }

        return exit;
    }

    private int Column(int exit, int image) => classes == 1 ? 0 : table.Classes[exit][image];

    private double Cost(int exit, int image, double price) =>
        allInCosts[exit] + (table.Agrees(exit, image) ? 0 : price);

    private static int[] Falling(float[] scores) =>
        [.. Enumerable.Range(0, scores.Length).OrderByDescending(image => scores[image])];
}
