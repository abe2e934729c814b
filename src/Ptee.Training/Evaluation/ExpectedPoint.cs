namespace Ptee.Training.Evaluation;

/// <summary>What calibration found on held-out training images.</summary>
public sealed record ExpectedPoint(double Agreement, double AllInRatio);
