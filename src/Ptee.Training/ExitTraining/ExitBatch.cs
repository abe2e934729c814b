using static TorchSharp.torch;

namespace Ptee.Training.ExitTraining;

/// <summary>What one batch gave, for a loss to look at. N images, K classes.</summary>
/// <param name="BackboneLogits">(N, K), with gradient only where the backbone learns too.</param>
/// <param name="Logits">One (N, K) a branch, shallowest first.</param>
/// <param name="Confidences">One (N) a branch, before the sigmoid.</param>
/// <param name="Costs">One a branch, and 1 for the backbone: macs over the backbone's, the paper's count.</param>
public sealed record ExitBatch(
    Tensor BackboneLogits,
    IReadOnlyList<Tensor> Logits,
    IReadOnlyList<Tensor> Confidences,
    IReadOnlyList<double> Costs);
