using System.Collections.Frozen;

namespace Ptee.Shared.Exits;

/// <summary>The gates there are, by name: pure functions that score an exit's answer.</summary>
public static class Gates
{
    /// <summary>The branch's own confidence head. Source: PTEENet, arXiv:2501.02508, eq. 1.</summary>
    public const string Confidence = "confidence";

    /// <summary>The largest softmax probability.</summary>
    public const string MaxProbability = "max-probability";

    /// <summary>The largest probability minus the second largest.</summary>
    public const string Margin = "margin";

    /// <summary>1 − entropy / ln K. Source: BranchyNet, arXiv:1709.01686, section 3 (which leaves below an entropy).</summary>
    public const string Entropy = "entropy";

    private static readonly FrozenDictionary<string, ExitScore> ByName = new Dictionary<string, ExitScore>
    {
        [Confidence] = (_, confidence) => confidence,
        [MaxProbability] = (probabilities, _) => Softmax.Max(probabilities),
        [Margin] = (probabilities, _) => MarginOf(probabilities),
        [Entropy] = (probabilities, _) => OneMinusEntropy(probabilities),
    }.ToFrozenDictionary();

    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    /// <exception cref="PteeFormatException">No gate has that name.</exception>
    public static ExitScore Get(string name) => ByName.TryGetValue(name, out var score)
        ? score
        : throw new PteeFormatException($"unknown gate '{name}'; known: {string.Join(", ", Names)}");

    private static float MarginOf(ReadOnlySpan<float> probabilities)
    {
        var (first, second) = (0f, 0f);
        foreach (var probability in probabilities)
        {
            (first, second) = probability > first ? (probability, first) : (first, Math.Max(second, probability));
        }

        return first - second;
    }

    private static float OneMinusEntropy(ReadOnlySpan<float> probabilities)
    {
        var entropy = 0.0;
        foreach (var probability in probabilities)
        {
            entropy -= probability > 0 ? probability * Math.Log(probability) : 0;
        }

        // Rounding may leave an even distribution a hair above ln K.
        return (float)Math.Clamp(1 - (entropy / Math.Log(probabilities.Length)), 0, 1);
    }
}
