using Ptee.Shared.Inference;

namespace Ptee.Shared.Adaptation;

/// <summary>
/// How likely an exit's answer is the backbone's, given its score. The score itself at first; images that went on to a
/// deeper exit correct it, so a gate whose score is no probability, and one that has become too sure, are seen through.
/// Not thread-safe.
/// </summary>
/// <param name="earlyExits">The exit after them is the backbone's own: it is always believed.</param>
/// <param name="discount">What is left of a bin's memory when one more of its answers has been checked, in (0, 1].</param>
internal sealed class ExitBeliefs(int earlyExits, double discount)
{
    private const int Bins = 10; // Each nearer to 1 by a half: [0, 1/2), [1/2, 3/4), [3/4, 7/8), …
    private const double ScoreCounts = 20; // The score weighs as much as so many checked answers.

    private readonly (double Checked, double Agreed)[,] _bins = new (double, double)[earlyExits, Bins];

    /// <returns>In [0, 1].</returns>
    public double Of(ExitAnswer answer)
    {
        if (answer.Exit >= earlyExits)
        {
            return 1;
        }

        var (seen, agreed) = _bins[answer.Exit, BinOf(answer)];
        return ((ScoreCounts * Math.Clamp(answer.Score, 0, 1)) + agreed) / (ScoreCounts + seen);
    }

    /// <param name="judged">What the exits said of one image, in order; the last one checks the others.</param>
    public void Learn(IReadOnlyList<ExitAnswer> judged)
    {
        var last = judged[^1];
        var belief = Of(last);
        foreach (var answer in judged.Take(judged.Count - 1))
        {
            ref var bin = ref _bins[answer.Exit, BinOf(answer)];
            bin = ((discount * bin.Checked) + 1, (discount * bin.Agreed) + (answer.Class == last.Class ? belief : 0));
        }
    }

    private static int BinOf(ExitAnswer answer) =>
        answer.Score >= 1 ? Bins - 1 : Math.Clamp((int)-Math.Log2(1 - answer.Score), 0, Bins - 1);
}
