namespace Ptee.Bench.Attacks;

/// <summary>What became of a client's frames.</summary>
/// <param name="Milliseconds">Of each; null where it was not answered in time.</param>
internal sealed record FrameTimes(IReadOnlyList<double?> Milliseconds)
{
    /// <summary>What a frame counts that was not answered: the link's deadline.</summary>
    private const double Unanswered = 2_000;

    public int Failures => Milliseconds.Count(time => time is null);

    public double Percentile(double share)
    {
        double[] sorted = [.. Milliseconds.Select(time => time ?? Unanswered).Order()];
        return sorted.Length == 0 ? Unanswered : sorted[(int)Math.Min(sorted.Length - 1, share * sorted.Length)];
    }
}
