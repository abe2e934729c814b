using static TorchSharp.torch;

namespace Ptee.Training.ExitTraining;

/// <returns>A scalar with gradient. Its tensors belong to the caller's dispose scope.</returns>
public delegate Tensor ExitLoss(ExitBatch batch);
