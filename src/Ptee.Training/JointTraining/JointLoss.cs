using Ptee.Training.ExitTraining;
using static TorchSharp.torch;

namespace Ptee.Training.JointTraining;

/// <param name="batch">The backbone's logits have a gradient here.</param>
/// <param name="labels">The images' true classes, (N), int64.</param>
/// <returns>A scalar with gradient. Its tensors belong to the caller's dispose scope.</returns>
public delegate Tensor JointLoss(ExitBatch batch, Tensor labels);
