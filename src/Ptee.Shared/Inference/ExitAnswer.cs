namespace Ptee.Shared.Inference;

/// <summary>What one exit says of one image.</summary>
/// <param name="Exit">Index of the exit; the number of early exits = the backbone's own.</param>
/// <param name="Class">Index into the bundle's labels.</param>
/// <param name="Score">The gate's, in [0, 1], higher = surer.</param>
/// <param name="Probability">Softmax of that class.</param>
public readonly record struct ExitAnswer(int Exit, int Class, float Score, float Probability);
