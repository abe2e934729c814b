using Ptee.Shared.Bundles;
using Ptee.Shared.Features;
using Ptee.Shared.Features.Quant;
using Ptee.Training.Evaluation;

namespace Ptee.Training.Calibration;

/// <summary>What <c>calibration.json</c> holds: all that was chosen on held-out training images.</summary>
/// <param name="Data">Name and fingerprint of those images.</param>
/// <param name="DeepestSplit">Index of the deepest cut at which the edge hands over.</param>
/// <param name="Clips">For each cut, one range a channel.</param>
/// <param name="Quality">Every gate there is, at every early exit.</param>
/// <param name="Quant">For each cut, the quantizer's tables; null where a cut has none. Null altogether: none has any.</param>
/// <param name="Budget">What the point <see cref="OperatingPoint.Budget"/> keeps; null where there is none.</param>
/// <param name="Evidence">What stands behind the points; null where that was not kept.</param>
public sealed record CalibrationResult(
    string Data,
    int DeepestSplit,
    ClipRange[][] Clips,
    OperatingPoint[] Points,
    OperatingPoint[] Curve,
    GateQuality[] Quality,
    BudgetOutcome? Budget = null,
    QuantTables?[]? Quant = null,
    PointEvidence? Evidence = null);
