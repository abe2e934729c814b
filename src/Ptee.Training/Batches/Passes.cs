using Ptee.Training.Progress;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ptee.Training.Batches;

/// <summary>Passes of an optimizer over the images, one at a time: what all trainings have in common.</summary>
/// <param name="images">How many there are.</param>
/// <param name="epochs">All passes of the run, for the progress.</param>
internal sealed class Passes(int seed, int images, int batchSize, int epochs, IProgress<TrainingProgress>? progress)
{
    /// <summary>Makes a step for each batch of one pass.</summary>
    /// <param name="epoch">From 0.</param>
    /// <param name="rate">The learning rate when this share of the pass, in [0, 1), is done.</param>
    /// <param name="loss">
    /// Of the images with these indexes: a scalar with gradient, or null where they teach nothing. Its tensors live in a
    /// dispose scope of the step.
    /// </param>
    /// <param name="mostGradient">A longer gradient of a step is cut to this length; null: none is.</param>
    /// <returns>The mean loss of a batch.</returns>
    public double Run(
        int epoch,
        OptimizerHelper optimizer,
        Func<double, double> rate,
        Func<int[], Random, Tensor?> loss,
        CancellationToken cancellationToken,
        double? mostGradient = null)
    {
        var pass = new Epoch(seed, epoch, images, batchSize);
        var sum = 0.0;
        for (var batch = 0; batch < pass.Batches; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var now = rate((double)batch / pass.Batches);
            foreach (var group in optimizer.ParamGroups)
            {
                group.LearningRate = now;
            }

            using var scope = NewDisposeScope();
            if (loss(pass[batch], pass.Random) is { } value)
            {
                optimizer.zero_grad();
                value.backward();
                if (mostGradient is { } most)
                {
                    nn.utils.clip_grad_norm_(optimizer.parameters(), most);
                }

                optimizer.step();
                sum += value.item<float>();
            }

            progress?.Report(new(
                $"of all epochs, now in epoch {epoch + 1} of {epochs}", ((long)epoch * pass.Batches) + batch + 1, (long)epochs * pass.Batches));
        }

        return sum / pass.Batches;
    }
}
