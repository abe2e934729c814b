using System.Collections.Frozen;

namespace Ptee.Shared.Architectures;

/// <summary>The kinds of confidence heads there are, by name. Each gives one number before its sigmoid.</summary>
public static class ConfidenceHeads
{
    /// <summary>A linear layer on the vector that the classifier sees. Source: PTEENet, arXiv:2501.02508, fig. 2.</summary>
    public const string Linear = "linear";

    /// <summary>
    /// The log-odds of the most probable class, plus a small network on the vector and the log-probabilities in falling
    /// order. The network starts at 0, so the head starts as the maximum of the softmax and learns what that misses. It
    /// takes no part in training the rest of the branch.
    /// </summary>
    public const string Sorted = "sorted";

    private const int Hidden = 64;

    private static readonly FrozenDictionary<string, Func<int, int, Layer>> ByName = new Dictionary<string, Func<int, int, Layer>>
    {
        [Linear] = (width, _) => new Linear(width, 1),
        [Sorted] = (width, classes) => Row.Of(
            ("hidden", new Linear(width + classes, Hidden)), ("", new Relu()), ("score", new Linear(Hidden, 1))),
    }.ToFrozenDictionary();

    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    /// <param name="width">Values in the vector.</param>
    /// <returns>What has weights: from the vector (and, for <see cref="Sorted"/>, the probabilities) to one number.</returns>
    /// <exception cref="PteeFormatException">No head has that name.</exception>
    public static Layer Build(string name, int width, int classes) => ByName.TryGetValue(name, out var build)
        ? build(width, classes)
        : throw new PteeFormatException($"unknown confidence head '{name}'; known: {string.Join(", ", Names)}");
}
