using System.Globalization;
using Ptee.Model;
using Ptee.Training.Batches;
using Ptee.Training.ExitTraining;
using Ptee.Training.Progress;
using static TorchSharp.torch;

namespace Ptee.Training.Codecs.Bottlenecks;

/// <summary>
/// Trains a bottleneck around the wire on a frozen backbone: few bytes, features that are like those before, and the same
/// answer from the rest of the backbone. The images' labels are never read.
/// </summary>
/// <remarks>
/// Rounding passes gradients on as if it were not there: Theis et al. 2017, arXiv:1703.00395, section 2.2. Each image of a batch
/// has one of several steps, so one pair of networks serves several rates.
/// </remarks>
/// <param name="rest">The backbone after the cut, frozen.</param>
/// <param name="first">Its first block.</param>
internal sealed class BottleneckTrainer(BottleneckOptions options, BackboneNetwork rest, int first)
{
    private const double WarmUpShare = 0.05;
    private const double Tiny = 1e-6;

    /// <summary>A few images whose answer the rest of the backbone turns round would undo what the others taught.</summary>
    private const double MostGradient = 1;

    /// <param name="heldOut">For the log alone.</param>
    /// <param name="checkpoint">Written after each epoch; gone on from when it is there.</param>
    /// <param name="run">All that the run depends on, as text.</param>
    public void Train(
        BottleneckNetworks networks, CutLessons lessons, CutLessons heldOut, ExitCheckpoint checkpoint, string run,
        IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var state = checkpoint.Resume(networks, run);
        using var optimizer = new SteadyAdam(networks.Parameters, options.LearningRate);
        if (state.Epochs > 0)
        {
            checkpoint.ResumeOptimizer(optimizer, state.Epochs);
        }

        var passes = new Passes(options.Seed, lessons.Count, options.BatchSize, options.Epochs, progress);
        while (state.Epochs < options.Epochs)
        {
            var epoch = state.Epochs;
            var done = 0.0;
            random.manual_seed(SeedOf(epoch)); // So a run that was stopped draws the same noise when it goes on.
            networks.SetTraining(true);
            var loss = passes.Run(
                epoch, optimizer,
                share =>
                {
                    done = (epoch + share) / options.Epochs;
                    return Rate(done);
                },
                (indexes, random) => Loss(networks, lessons, indexes, random, distils: done >= options.DistillationFrom), cancellationToken, MostGradient);
            networks.SetTraining(false);
            // The last epoch is the best: its rate is almost nothing.
            state = state.After(epoch + 1, -epoch, networks.CopyWeights());
            checkpoint.Save(networks, optimizer, state, run);
            progress?.Report(new("epoch", state.Epochs, options.Epochs, Line(state.Epochs, loss, networks, heldOut)));
        }
    }

    private long SeedOf(int epoch) => (options.Seed * 1_000_003L) + epoch;

    /// <param name="done">Share of the run, in [0, 1].</param>
    private double Rate(double done) => options.LearningRate * Math.Min(1, done / WarmUpShare) * (1 + Math.Cos(Math.PI * done)) / 2;

    private Tensor Loss(BottleneckNetworks networks, CutLessons lessons, int[] indexes, Random random, bool distils)
    {
        var rows = tensor(indexes.Select(index => (long)index).ToArray());
        var features = lessons.Features.index_select(0, rows);
        var steps = tensor(indexes.Select(_ => (float)options.Steps[random.Next(options.Steps.Length)]).ToArray(), [indexes.Length, 1, 1, 1]);
        var latent = networks.Encode(features);
        var bytes = networks.Prior.Bytes(latent, steps);
        var rounded = latent + (((latent / steps).round() * steps) - latent).detach();
        var decoded = networks.Decode(rounded);
        var error = Error(decoded, features);
        var loss = ((error * options.DistortionWeight) + (bytes * options.ByteWeight)).mean();
        if (!distils || options.DistillationWeight == 0)
        {
            return loss;
        }

        var said = nn.functional.log_softmax(rest.Run(decoded, first..), 1);
        var truth = nn.functional.log_softmax(lessons.Logits.index_select(0, rows), 1);
        var divergence = (truth.exp() * (truth - said)).sum(1).mean();
        return loss + (divergence * options.DistillationWeight);
    }

    /// <returns>N: each image's squared error over its square sum.</returns>
    private static Tensor Error(Tensor decoded, Tensor features) =>
        (decoded - features).square().sum(dim: [1L, 2L, 3L]) / (features.square().sum(dim: [1L, 2L, 3L]) + Tiny);

    private string Line(int epoch, double loss, BottleneckNetworks networks, CutLessons heldOut)
    {
        var rates = options.Steps.Select(step =>
        {
            var (agreement, error, bytes) = Judge(networks, heldOut, (float)step);
            return string.Create(CultureInfo.InvariantCulture, $"{100 * agreement:F2} % at about {bytes:F0} B, error {100 * error:F1} %");
        });
        return string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {epoch}/{options.Epochs} loss {loss:F4} held-out agreement of what is sent: {string.Join("; ", rates)}");
    }

    private (double Agreement, double Error, double Bytes) Judge(BottleneckNetworks networks, CutLessons heldOut, float step)
    {
        using var mode = no_grad();
        var (agreeing, error, bytes) = (0L, 0.0, 0.0);
        for (var start = 0; start < heldOut.Count; start += options.BatchSize)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(options.BatchSize, heldOut.Count - start);
            var features = heldOut.Features.narrow(0, start, count);
            var latent = networks.Encode(features);
            bytes += networks.Prior.Bytes(latent, full([count, 1, 1, 1], step)).sum().item<float>();
            var decoded = networks.Decode((latent / step).round() * step);
            error += Error(decoded, features).sum().item<float>();
            var said = rest.Run(decoded, first..).argmax(1);
            agreeing += said.eq(heldOut.Logits.narrow(0, start, count).argmax(1)).sum().item<long>();
        }

        return ((double)agreeing / heldOut.Count, error / heldOut.Count, bytes / heldOut.Count);
    }
}
