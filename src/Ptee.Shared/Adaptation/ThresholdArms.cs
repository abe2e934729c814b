using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;

namespace Ptee.Shared.Adaptation;

/// <summary>Sets of thresholds to choose from: points of a bundle's curve, at the exits of the device alone.</summary>
internal static class ThresholdArms
{
    /// <param name="point">Is one of them; what comes after the split stays as it says.</param>
    /// <param name="split">Index of the device's last exit.</param>
    /// <returns>From few exits to many, no two the same on the device.</returns>
    /// <exception cref="PteeFormatException">There are fewer than two.</exception>
    public static ExitPolicy[] Of(Manifest manifest, OperatingPoint point, int split, int most)
    {
        var curve = manifest.Curve.Where(other => other.Gate == point.Gate).ToArray();
        var fixedPolicy = manifest.Policy(point.Gate, point.Thresholds);
        // All with as many thresholds, or they could not be compared one by one.
        var classes = curve.Append(point).Max(other => manifest.Policy(other.Gate, other.Thresholds).Classes);
        var arms = Spread(curve, most - 1).Append(point).OrderByDescending(other => other.AllInRatio)
            .Select(other => Joined(manifest.Policy(other.Gate, other.Thresholds), fixedPolicy, split + 1, classes))
            .DistinctBy(policy => string.Join(' ', policy.Thresholds))
            .ToArray();
        return arms.Length >= 2
            ? arms
            : throw new PteeFormatException(
                $"operating point '{point.Name}': the bundle's curve has no other thresholds for the device's exits; ptee calibrate makes a curve");
    }

    /// <summary>Whether whatever leaves under <paramref name="other"/> leaves there or earlier under <paramref name="policy"/>.</summary>
    public static bool IsAsLax(ExitPolicy policy, ExitPolicy other) =>
        policy.Thresholds.Zip(other.Thresholds).All(pair => pair.First <= pair.Second);

    /// <summary>Points at even distances of cost, the cheapest and the dearest among them.</summary>
    private static IEnumerable<OperatingPoint> Spread(OperatingPoint[] curve, int count)
    {
        if (curve.Length == 0)
        {
            return [];
        }

        var (low, high) = (curve.Min(point => point.AllInRatio), curve.Max(point => point.AllInRatio));
        return Enumerable.Range(0, count)
            .Select(step => high - ((high - low) * step / Math.Max(1, count - 1)))
            .Select(cost => curve.MinBy(point => Math.Abs(point.AllInRatio - cost))!)
            .Distinct();
    }

    /// <summary>One before <paramref name="first"/>, the other from there on.</summary>
    private static ExitPolicy Joined(ExitPolicy before, ExitPolicy after, int first, int classes) => new(
        before.Gate,
        [.. from exit in Enumerable.Range(0, before.EarlyExits)
            from answer in Enumerable.Range(0, classes)
            select (exit < first ? before : after).Threshold(exit, answer)],
        classes);
}
