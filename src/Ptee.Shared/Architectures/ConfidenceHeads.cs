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

    /// <summary>
    /// How much nearer the branch's vector is to the mean of the answered class than to the other classes' means. The
    /// means are taken over the training images after the branch is trained; nothing here learns by gradient.
    /// </summary>
    /// <remarks>Source: Gormez and Koyuncu 2021, arXiv:2103.01148 (distances to class means at an exit).</remarks>
    public const string ClassMeans = "class-means";

    private const int Hidden = 64;

    private static readonly FrozenDictionary<string, Func<int, int, Layer>> ByName = new Dictionary<string, Func<int, int, Layer>>
    {
        [Linear] = (width, _) => new Linear(width, 1),
        [ClassMeans] = (width, classes) => new ClassDistances(width, classes),
        [Sorted] = (width, classes) => Row.Of(
            ("hidden", new Linear(width + classes, Hidden)), ("", new Relu()), ("score", new Linear(Hidden, 1))),
    }.ToFrozenDictionary();

    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    /// <summary>Whether the head learns by gradient, so that a loss can train it.</summary>
    public static bool Learns(string name) => name != ClassMeans;

    /// <param name="width">Values in the vector.</param>
    /// <returns>The part that has weights; what is computed around it is the engine's.</returns>
    /// <exception cref="PteeFormatException">No head has that name.</exception>
    public static Layer Build(string name, int width, int classes) => ByName.TryGetValue(name, out var build)
        ? build(width, classes)
        : throw new PteeFormatException($"unknown confidence head '{name}'; known: {string.Join(", ", Names)}");
}
