namespace Ptee.Training.Evaluation;

/// <summary>How well a gate's score at one exit tells answers that agree with the backbone from those that do not.</summary>
/// <param name="Auroc">Chance that an answer that agrees scores above one that does not; ties count half. 0.5 = blind.
/// Null where all agree or none does.</param>
/// <param name="Aurc">Area under risk against coverage: mean share of disagreement among the surest k answers, over k.
/// Lower is better.</param>
/// <param name="Ece">Expected calibration error: mean distance between score and agreement over 15 bins of equal width.</param>
/// <remarks>
/// Sources: AURC, Geifman and El-Yaniv 2019, arXiv:1805.08206, section 2; ECE, Guo et al. 2017, arXiv:1706.04599,
/// section 2.
/// </remarks>
public sealed record GateQuality(string Gate, int Exit, double? Auroc, double Aurc, double Ece)
{
    private const int Bins = 15;

    /// <summary>Every gate at every early exit, on all images, whether or not they come that far.</summary>
    public static GateQuality[] Of(ExitTable table) =>
    [
        .. from gate in table.Scores.Keys.Order(StringComparer.Ordinal)
           from exit in Enumerable.Range(0, table.EarlyExits)
           let agrees = table.Classes[exit].Zip(table.Backbone, (own, backbone) => own == backbone).ToArray()
           let scores = table.Scores[gate][exit]
           select new GateQuality(gate, exit, AurocOf(scores, agrees), AurcOf(scores, agrees), EceOf(scores, agrees)),
    ];

    internal static double? AurocOf(float[] scores, bool[] agrees)
    {
        var (below, wins) = (0.0, 0.0);
        foreach (var tied in Enumerable.Range(0, scores.Length).GroupBy(i => scores[i]).OrderBy(group => group.Key))
        {
            var positives = tied.Count(i => agrees[i]);
            var negatives = tied.Count() - positives;
            wins += positives * (below + (negatives / 2.0));
            below += negatives;
        }

        var pairs = below * (scores.Length - below);
        return pairs > 0 ? wins / pairs : null;
    }

    internal static double AurcOf(float[] scores, bool[] agrees)
    {
        var (wrong, sum, seen) = (0, 0.0, 0);
        foreach (var image in Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]))
        {
            wrong += agrees[image] ? 0 : 1;
            seen++;
            sum += (double)wrong / seen;
        }

        return sum / seen;
    }

    internal static double EceOf(float[] scores, bool[] agrees) => Enumerable.Range(0, scores.Length)
        .GroupBy(i => Math.Min((int)(scores[i] * Bins), Bins - 1))
        .Sum(bin => Math.Abs(bin.Sum(i => scores[i]) - bin.Count(i => agrees[i]))) / scores.Length;
}
