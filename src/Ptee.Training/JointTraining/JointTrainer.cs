using System.Globalization;
using Ptee.Data;
using Ptee.Shared;
using Ptee.Shared.Preprocessing;
using Ptee.Training.BackboneTraining;
using Ptee.Training.Batches;
using Ptee.Training.Evaluation;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;
using Ptee.Training.Progress;
using static TorchSharp.torch;

namespace Ptee.Training.JointTraining;

/// <summary>
/// Trains a backbone and its exits together with the images' labels: the relatives that do not freeze, to compare with.
/// </summary>
public sealed class JointTrainer(JointTrainingOptions options, PreprocessingSpec preprocessing)
{
    private const int FewestImages = 2; // A batch norm needs two.
    private readonly Augmenter _augmenter = new(preprocessing);
    private readonly JointLoss _loss = JointLosses.Get(options);

    /// <summary>Trains a copy of <paramref name="start"/>, which stays as it is.</summary>
    /// <param name="start">Backbone and branches with the weights to begin with.</param>
    /// <param name="images">With labels that are the backbone's classes.</param>
    /// <param name="heldOut">The same. Chooses the epoch: the highest <see cref="BudgetAccuracy"/> by the loss's gates.</param>
    /// <param name="checkpoint">Written after each epoch; gone on from when it is there.</param>
    /// <returns>The best epoch's weights, frozen, for the caller to dispose of; and that epoch, from 1.</returns>
    /// <exception cref="PteeFormatException">The checkpoint is damaged or of another run, there are too few images, or the
    /// loss does not go with the confidence heads.</exception>
    public (StagedExits Exits, int Epoch) Train(
        StagedExits start,
        ImageSet images,
        ImageSet heldOut,
        ExitCheckpoint? checkpoint,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken = default)
    {
        if (options.Loss == JointLosses.Eenet)
        {
            LearningHeads.Require(start.Plan, options.Loss, $"{JointLosses.Branchynet} or {JointLosses.Joint}");
        }

        if (images.Count < FewestImages)
        {
            throw new PteeFormatException($"{images.Name}: {images.Count} pictures, expected at least {FewestImages}");
        }

        using var network = new JointNetwork(start);
        var origin = options.FromScratch ? "new weights" : ModelFolder.Fingerprint(start.Network.CopyWeights());
        var run = $"{options} from {origin} on {images.Count} images {images.Fingerprint}, held out {heldOut.Fingerprint}, as {preprocessing}, exits {start.Plan.Describe(start.Backbone)}";
        var state = checkpoint?.Resume(network, run) ?? ExitTrainingState.Start;
        using var optimizer = new SteadySgd(network.Parameters, options.PeakRate, options.Momentum, options.WeightDecay);
        if (state.Epochs > 0)
        {
            checkpoint?.ResumeOptimizer(optimizer, state.Epochs);
        }

        var passes = new Passes(options.Seed, images.Count, options.BatchSize, options.Epochs, progress);
        for (var epoch = state.Epochs; epoch < options.Epochs; epoch++)
        {
            network.SetTraining(true);
            var loss = passes.Run(
                epoch,
                optimizer,
                done => OneCycle.Rate((epoch + done) / options.Epochs, options.PeakRate),
                (indexes, random) => Loss(network, images, indexes, random),
                cancellationToken);
            using var exits = network.Frozen();
            var accuracy = BudgetAccuracy.Of(exits, heldOut, preprocessing, JointLosses.GatesOf(options.Loss), cancellationToken);
            state = state.After(epoch + 1, 1 - accuracy.Mean, network.CopyWeights());
            checkpoint?.Save(network, optimizer, state, run);
            progress?.Report(new("epoch", epoch + 1, options.Epochs, Line(epoch + 1, loss, accuracy)));
        }

        network.SetWeights(state.BestWeights);
        var best = network.Frozen();
        ClassMeansFitter.Fit(best, images, preprocessing, cancellationToken);
        return (best, state.BestEpoch);
    }

    private Tensor Loss(JointNetwork network, ImageSet images, int[] indexes, Random random)
    {
        var x = tensor(
            _augmenter.Random(images, indexes, images.Size, random),
            [indexes.Length, ImageSet.Channels, images.Size, images.Size]);
        return _loss(network.Run(x), tensor(indexes.Select(image => (long)images.LabelOf(image)!.Value).ToArray()));
    }

    private string Line(int epoch, double loss, BudgetAccuracy heldOut) => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {epoch}/{options.Epochs} loss {loss:F4} held-out accuracy: backbone {100 * heldOut.Exits[^1]:F2} %, exits {string.Join(' ', heldOut.Exits.SkipLast(1).Select(share => (100 * share).ToString("F2", CultureInfo.InvariantCulture)))} %, mean over budgets {100 * heldOut.Mean:F2} %");
}
