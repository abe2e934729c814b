namespace Ptee.Shared.Exits;

/// <summary>The rule that says whether an exit's answer stands: its gate's score is at or above its threshold.</summary>
public sealed class ExitPolicy
{
    /// <summary>Above every score: no image leaves there.</summary>
    public const float Never = 1.01f;

    private readonly ExitScore _score;
    private readonly float[] _thresholds;

    /// <param name="gate">A name from <see cref="Gates"/>.</param>
    /// <param name="thresholds">Exit after exit, <paramref name="classes"/> an early exit; the backbone's own always
    /// answers.</param>
    /// <param name="classes">1: an exit has the same threshold for everything it may answer. Else the model's number of
    /// classes, and what an exit answers says which of its thresholds counts.</param>
    /// <exception cref="PteeFormatException">The gate is unknown or a threshold is out of range.</exception>
    public ExitPolicy(string gate, IReadOnlyList<float> thresholds, int classes = 1)
    {
        foreach (var threshold in thresholds)
        {
            if (!(threshold is >= 0 and <= Never))
            {
                throw new PteeFormatException($"threshold {threshold} is out of range, expected 0 to {Never} (above 1: never)");
            }
        }

        _score = Gates.Get(gate);
        _thresholds = [.. thresholds];
        (Gate, Classes) = (gate, classes);
    }

    public string Gate { get; }

    /// <summary>Thresholds that an exit has: 1, or one for each class.</summary>
    public int Classes { get; }

    public int EarlyExits => _thresholds.Length / Classes;

    /// <summary>Exit after exit, <see cref="Classes"/> an early exit.</summary>
    public IReadOnlyList<float> Thresholds => _thresholds;

    /// <summary>One threshold for all exits, as in the paper.</summary>
    public static ExitPolicy Uniform(string gate, float threshold, int earlyExits) =>
        new(gate, [.. Enumerable.Repeat(threshold, earlyExits)]);

    /// <summary>What thresholds from outside mean for a model: one an early exit, or one for each of its classes too.</summary>
    /// <param name="owner">Who has them, for the message.</param>
    /// <exception cref="PteeFormatException">They are neither so many, or one is out of range, or the gate is unknown.</exception>
    public static ExitPolicy Of(string owner, string gate, IReadOnlyList<float> thresholds, int earlyExits, int classes) =>
        thresholds.Count == earlyExits ? new ExitPolicy(gate, thresholds)
        : thresholds.Count == (long)earlyExits * classes ? new ExitPolicy(gate, thresholds, classes)
        : throw new PteeFormatException(
            $"{owner} has {thresholds.Count} thresholds, expected {earlyExits}, one an early exit of the bundle, "
            + $"or {(long)earlyExits * classes}, one for each of its classes");

    public float Score(ReadOnlySpan<float> probabilities, float confidence) => _score(probabilities, confidence);

    /// <param name="exit">An early exit.</param>
    /// <param name="answer">The class that it says.</param>
    public float Threshold(int exit, int answer) => _thresholds[Classes == 1 ? exit : (exit * Classes) + answer];

    /// <summary>Whether an early exit's answer stands.</summary>
    /// <param name="exit">An early exit.</param>
    /// <param name="answer">The class that it says.</param>
    /// <param name="score">How sure it is.</param>
    public bool Stands(int exit, int answer, float score) => score >= Threshold(exit, answer);

    /// <summary>Whether both are the same rule at <paramref name="exit"/> and at every exit after it.</summary>
    public bool IsSameFrom(int exit, ExitPolicy other) =>
        Gate == other.Gate && Classes == other.Classes
        && _thresholds.AsSpan(exit * Classes).SequenceEqual(other._thresholds.AsSpan(exit * Classes));
}
