namespace Ptee.Shared.Inference;

/// <summary>What a run of segments gave, in the cascade's own memory: good until its next run, whose input the features
/// may be.</summary>
/// <param name="Answers">One an image that went in: the answer that stands, or the deepest one that did not.</param>
/// <param name="Remaining">Which images no exit was sure of, in order.</param>
/// <param name="Features">(Remaining, C, H, W) at the last cut; empty when nothing remains.</param>
public readonly record struct CascadeResult(
    ReadOnlyMemory<ExitAnswer> Answers, ReadOnlyMemory<int> Remaining, Memory<float> Features);
