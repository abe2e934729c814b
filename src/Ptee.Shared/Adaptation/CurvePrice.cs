using Ptee.Shared.Bundles;

namespace Ptee.Shared.Adaptation;

/// <summary>What an operating point pays for its last macs.</summary>
internal static class CurvePrice
{
    private const double Reach = 0.05; // Of the backbone's macs, to either side at least: nearer, a slope is chance.

    /// <returns>Slope of agreement over cost at the point; 0 or more.</returns>
    /// <exception cref="PteeFormatException">The curve has no two points of different cost.</exception>
    public static double At(OperatingPoint point, IReadOnlyCollection<OperatingPoint> curve)
    {
        var dearer = curve.Where(other => other.AllInRatio >= point.AllInRatio + Reach).MinBy(other => other.AllInRatio)
            ?? curve.MaxBy(other => other.AllInRatio);
        var cheaper = curve.Where(other => other.AllInRatio <= point.AllInRatio - Reach).MaxBy(other => other.AllInRatio)
            ?? curve.MinBy(other => other.AllInRatio);
        return dearer is not null && cheaper is not null && dearer.AllInRatio > cheaper.AllInRatio
            ? Math.Max(0, (dearer.Agreement - cheaper.Agreement) / (dearer.AllInRatio - cheaper.AllInRatio))
            : throw new PteeFormatException(
                $"operating point '{point.Name}': the bundle's curve says no price of macs; ptee calibrate makes a curve, or give a price");
    }
}
