namespace Ptee.Shared.Reports;

/// <summary>What a bandit over thresholds did during a run.</summary>
/// <param name="Price">Agreement that the macs of one whole backbone are worth.</param>
/// <param name="Arms">From few exits to many.</param>
public sealed record AdaptationReport(double Price, ArmReport[] Arms);

/// <summary>A set of thresholds that the bandit could choose.</summary>
/// <param name="Thresholds">One an early exit, or one for each early exit and class, exit after exit.</param>
/// <param name="Images">How many it was chosen for.</param>
/// <param name="Reward">Mean of what it earned, as far as is remembered: how likely its answers are the backbone's, minus
/// price · cost; null when it was never seen.</param>
/// <param name="Agreement">Of this set alone on all the images of the run; null where that is not known.</param>
/// <param name="AllInRatio">Of this set alone on all the images of the run; null where that is not known.</param>
public sealed record ArmReport(
    float[] Thresholds, int Images, double? Reward, double? Agreement = null, double? AllInRatio = null);
