using Ptee.Shared.Bundles;

namespace Ptee.Training.Calibration;

/// <summary>A way to find thresholds on held-out training images.</summary>
public interface IThresholdSearch
{
    /// <summary>The trade-off of one gate, from few exits to many; its first point agrees with the backbone everywhere.</summary>
    OperatingPoint[] Curve(string gate);

    /// <summary>The cheapest point that keeps <paramref name="agreement"/>, of a curve or near it.</summary>
    OperatingPoint Cheapest(IEnumerable<OperatingPoint> curve, string name, double agreement) =>
        ThresholdSearch.CheapestOn(curve, name, agreement);
}
