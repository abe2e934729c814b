using Ptee.Shared.Weights;

namespace Ptee.Tests;

/// <summary>
/// Weights that are the same in every run. libtorch's own random numbers are one sequence for the whole process, which
/// all tests that run beside each other draw from, so a seed set by one test promises it nothing.
/// </summary>
internal static class SeededWeights
{
    /// <summary>New values for every key, in the keys' order; what must be positive is 1.</summary>
    public static Dictionary<string, Weight> Like(Dictionary<string, Weight> weights, int seed)
    {
        var random = new Random(seed);
        return weights.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToDictionary(
            entry => entry.Key,
            entry => new Weight(entry.Value.Shape, Values(entry.Key, entry.Value, random)),
            StringComparer.Ordinal);
    }

    /// <summary>Norms that do something: means away from 0, scales and variances away from 1.</summary>
    public static Dictionary<string, Weight> WithStatistics(Dictionary<string, Weight> weights, int seed)
    {
        var random = new Random(seed);
        var seeded = Like(weights, seed);
        foreach (var key in seeded.Keys.Where(key => key.EndsWith("running_mean", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray())
        {
            var norm = key[..^"running_mean".Length];
            Fill(seeded[key], random, -0.2, 0.2);
            Fill(seeded[norm + "running_var"], random, 0.5, 2);
            Fill(seeded[norm + "weight"], random, 0.5, 1.2);
            Fill(seeded[norm + "bias"], random, -0.2, 0.2);
        }

        return seeded;
    }

    private static void Fill(Weight weight, Random random, double low, double high)
    {
        for (var i = 0; i < weight.Values.Length; i++)
        {
            weight.Values[i] = (float)(low + ((high - low) * random.NextDouble()));
        }
    }

    private static float[] Values(string key, Weight weight, Random random)
    {
        var isNorm = weight.Shape.Count == 1 && !key.EndsWith("bias", StringComparison.Ordinal);
        if (isNorm)
        {
            return [.. Enumerable.Repeat(key.EndsWith("running_mean", StringComparison.Ordinal) ? 0f : 1f, weight.Values.Length)];
        }

        var bound = Math.Sqrt(3.0 / Math.Max(1, weight.Values.Length / weight.Shape[0]));
        return [.. weight.Values.Select(_ => (float)((random.NextDouble() * 2 - 1) * bound))];
    }
}
