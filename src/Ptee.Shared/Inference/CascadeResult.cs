namespace Ptee.Shared.Inference;

/// <summary>What a run of segments gave.</summary>
/// <param name="Answers">One an image that went in: the answer that stands, or the deepest one that did not.</param>
/// <param name="Remaining">Which images no exit was sure of, in order.</param>
/// <param name="Features">(Remaining, C, H, W) at the last cut; empty when nothing remains.</param>
public sealed record CascadeResult(ExitAnswer[] Answers, int[] Remaining, float[] Features);
