namespace Ptee.Shared.Exits;

/// <summary>How sure an exit is of its answer.</summary>
/// <param name="probabilities">Softmax: one value a class, in [0, 1], summing to 1.</param>
/// <param name="confidence">What the confidence head says, after its sigmoid, in [0, 1]; 1 for the backbone's own exit.</param>
/// <returns>In [0, 1]: 0 = no idea, 1 = certain. Every gate points this way.</returns>
public delegate float ExitScore(ReadOnlySpan<float> probabilities, float confidence);
