using Ptee.Shared.IO;

namespace Ptee.Shared.Weights;

/// <summary>How the tensors that there are differ from those that a network has, in words.</summary>
public static class WeightFaults
{
    private const int Named = 5;

    /// <param name="expected">The network's shapes, by key.</param>
    /// <param name="got">What there is, by key: a shape as text.</param>
    /// <returns>Names the first five keys of each kind of fault, with both shapes; empty when all fit.</returns>
    public static string Describe(IReadOnlyDictionary<string, string> expected, IReadOnlyDictionary<string, string> got)
    {
        var misshaped = expected.Keys.Where(key => got.TryGetValue(key, out var shape) && shape != expected[key]);
        return string.Join(
            "; ",
            (string[])[
                .. Name("missing", expected.Keys.Except(got.Keys), key => $"{key} ({expected[key]})"),
                .. Name("left over", got.Keys.Except(expected.Keys), key => $"{Printable.Line(key)} ({got[key]})"),
                .. Name("mis-shaped", misshaped, key => $"{key} is {got[key]}, expected {expected[key]}"),
            ]);
    }

    private static IEnumerable<string> Name(string fault, IEnumerable<string> keys, Func<string, string> describe)
    {
        var all = keys.Order(StringComparer.Ordinal).ToList();
        var more = all.Count > Named ? $" and {all.Count - Named} more" : "";
        return all.Count == 0 ? [] : [$"{fault} {string.Join(", ", all.Take(Named).Select(describe))}{more}"];
    }
}
