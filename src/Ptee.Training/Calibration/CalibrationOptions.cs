using Ptee.Shared.Bundles;

namespace Ptee.Training.Calibration;

/// <summary>How thresholds are chosen.</summary>
public sealed record CalibrationOptions
{
    public ThresholdScope Thresholds { get; init; } = ThresholdScope.Each;

    /// <summary>Held-out agreement that the default point keeps, in [0.5, 1].</summary>
    public double Accurate { get; init; } = OperatingPoint.Targets.Single(target => target.Name == OperatingPoint.Accurate).Agreement;

    /// <summary>The gate to use; null for the one that is cheapest at the default point.</summary>
    public string? Gate { get; init; }

    /// <summary>Whether it is known that the backbone did not learn from the held-out images; kept as evidence.</summary>
    public bool NewToBackbone { get; init; }
}
