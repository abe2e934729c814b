using System.Collections.Frozen;

namespace Ptee.Shared.Exits;

/// <summary>The gates there are, by name: pure functions that score an exit's answer.</summary>
public static class Gates
{
    /// <summary>The branch's own confidence head. Source: PTEENet, arXiv:2501.02508, eq. 1.</summary>
    public const string Confidence = "confidence";

    /// <summary>The largest softmax probability.</summary>
    public const string MaxProbability = "max-probability";

    private static readonly FrozenDictionary<string, ExitScore> ByName = new Dictionary<string, ExitScore>
    {
        [Confidence] = (_, confidence) => confidence,
        [MaxProbability] = (probabilities, _) => Softmax.Max(probabilities),
    }.ToFrozenDictionary();

    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    /// <exception cref="PteeFormatException">No gate has that name.</exception>
    public static ExitScore Get(string name) => ByName.TryGetValue(name, out var score)
        ? score
        : throw new PteeFormatException($"unknown gate '{name}'; known: {string.Join(", ", Names)}");
}
