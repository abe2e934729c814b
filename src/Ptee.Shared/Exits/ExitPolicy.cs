namespace Ptee.Shared.Exits;

/// <summary>The rule that says whether an exit's answer stands: its gate's score is at or above its threshold.</summary>
public sealed class ExitPolicy
{
    /// <summary>Above every score: no image leaves there.</summary>
    public const float Never = 1.01f;

    private readonly ExitScore _score;

    /// <param name="gate">A name from <see cref="Gates"/>.</param>
    /// <param name="thresholds">One an early exit; the backbone's own exit always answers.</param>
    /// <exception cref="PteeFormatException">The gate is unknown or a threshold is out of range.</exception>
    public ExitPolicy(string gate, IReadOnlyList<float> thresholds)
    {
        foreach (var threshold in thresholds)
        {
            if (!(threshold is >= 0 and <= Never))
            {
                throw new PteeFormatException($"threshold {threshold} is out of range, expected 0 to {Never} (above 1: never)");
            }
        }

        _score = Gates.Get(gate);
        Gate = gate;
        Thresholds = [.. thresholds];
    }

    public string Gate { get; }

    public IReadOnlyList<float> Thresholds { get; }

    /// <summary>One threshold for all exits, as in the paper.</summary>
    public static ExitPolicy Uniform(string gate, float threshold, int earlyExits) =>
        new(gate, [.. Enumerable.Repeat(threshold, earlyExits)]);

    public float Score(ReadOnlySpan<float> probabilities, float confidence) => _score(probabilities, confidence);

    /// <summary>Whether an answer of early exit <paramref name="exit"/> with that score stands.</summary>
    public bool Stands(int exit, float score) => score >= Thresholds[exit];
}
