namespace Ptee.Training.Evaluation;

/// <summary>What one set of thresholds gives on some images.</summary>
/// <param name="Thresholds">One an early exit, or one for each early exit and class, exit after exit.</param>
/// <param name="Expected">Agreement and all-in ratio that calibration promised; null where there was none.</param>
/// <param name="Agreement">Share of images with the backbone's own class.</param>
/// <param name="Accuracy">Share with the true class; null without labels.</param>
/// <param name="AllInRatio">Macs of all that ran, over the backbone's.</param>
/// <param name="PaperRatio">Macs of the trunk and the branch that answered, over the backbone's.</param>
/// <param name="ExitFractions">One an exit, the backbone's own last.</param>
/// <param name="Lambda">That the exits were trained with; null where that is not what points differ in.</param>
public sealed record TradeOffPoint(
    float[] Thresholds,
    ExpectedPoint? Expected,
    double Agreement,
    double? Accuracy,
    double AllInRatio,
    double PaperRatio,
    double[] ExitFractions,
    double? Lambda = null);
