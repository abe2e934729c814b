using System.Globalization;
using Ptee.Data;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Preprocessing;
using Ptee.Training.Batches;
using Ptee.Training.Calibration;
using Ptee.Training.Evaluation;
using Ptee.Training.Progress;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ptee.Training.ExitTraining;

/// <summary>
/// Trains branches on a frozen backbone. The labels are what the backbone itself says of the same augmented batch; the
/// images' own labels are never read.
/// </summary>
public sealed class ExitTrainer(ExitTrainingOptions options, PreprocessingSpec preprocessing)
{
    private const double LastRateShare = 0.05;
    private readonly Augmenter _augmenter = new(preprocessing);
    private readonly ExitLoss _loss = ExitLosses.Get(options.Loss, options.Lambda);

    /// <summary>Trains the branches in place and leaves those of the best epoch in them.</summary>
    /// <param name="heldOut">Chooses the epoch: the lowest all-in cost at the agreement of the default point.</param>
    /// <param name="checkpoint">Written after each epoch; gone on from when it is there.</param>
    /// <returns>The epoch that was kept, from 1.</returns>
    public int Train(
        StagedExits exits,
        ImageSet images,
        ImageSet heldOut,
        ExitCheckpoint? checkpoint,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken = default)
    {
        using var optimizer = optim.Adam(exits.Branches.SelectMany(branch => branch.Parameters), options.Rate);
        var state = checkpoint?.Resume(exits, optimizer) ?? ExitTrainingState.Start;
        for (var epoch = state.Epochs; epoch < options.Epochs; epoch++)
        {
            var loss = TrainEpoch(exits, optimizer, images, epoch, progress, cancellationToken);
            var search = new ThresholdSearch(ExitScan.Run(exits, heldOut, preprocessing, cancellationToken: cancellationToken), exits.AllInCosts);
            var point = Gates.Names.Select(gate => Best(search, gate)).MinBy(point => point.AllInRatio)!;
            state = checkpoint is null
                ? state.After(epoch + 1, point.AllInRatio, exits.CopyWeights())
                : checkpoint.Save(exits, optimizer, state.After(epoch + 1, point.AllInRatio, exits.CopyWeights()));
            progress?.Report(new("epoch", epoch + 1, options.Epochs, Line(epoch, loss, point)));
        }

        exits.SetWeights(state.BestWeights);
        exits.SetTraining(false);
        return state.BestEpoch;
    }

    private static OperatingPoint Best(ThresholdSearch search, string gate) => ThresholdSearch.Cheapest(
        search.Curve(gate),
        OperatingPoint.Accurate,
        OperatingPoint.Targets.Single(target => target.Name == OperatingPoint.Accurate).Agreement);

    private string Line(int epoch, double loss, OperatingPoint point) => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {epoch + 1}/{options.Epochs} loss {loss:F4} held-out: all-in cost {100 * point.AllInRatio:F1} % at agreement {100 * point.Agreement:F2} % by {point.Gate}, exits {string.Join(' ', point.ExitFractions.Select(share => share.ToString("F3", CultureInfo.InvariantCulture)))}");

    private double TrainEpoch(
        StagedExits exits,
        OptimizerHelper optimizer,
        ImageSet images,
        int epoch,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        var random = EpochRandom.Of(options.Seed, epoch);
        var order = Enumerable.Range(0, images.Count).ToArray();
        random.Shuffle(order);
        var batches = Math.Max(1, order.Length / options.BatchSize);
        exits.SetTraining(true);
        var sum = 0.0;
        for (var batch = 0; batch < batches; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var done = (epoch + ((double)batch / batches)) / options.Epochs;
            foreach (var group in optimizer.ParamGroups)
            {
                group.LearningRate = options.Rate * (1 - ((1 - LastRateShare) * done));
            }

            var indexes = order.Skip(batch * options.BatchSize).Take(options.BatchSize).ToArray();
            sum += Step(exits, optimizer, images, indexes, random);
            progress?.Report(new(
                $"epoch {epoch + 1}/{options.Epochs}", ((long)epoch * batches) + batch + 1, (long)options.Epochs * batches));
        }

        return sum / batches;
    }

    private double Step(StagedExits exits, OptimizerHelper optimizer, ImageSet images, int[] indexes, Random random)
    {
        using var scope = NewDisposeScope();
        var x = tensor(
            _augmenter.Random(images, indexes, images.Size, random),
            [indexes.Length, ImageSet.Channels, images.Size, images.Size]);
        var (features, backbone) = exits.RunBackbone(x);
        var (logits, confidences) = (new List<Tensor>(), new List<Tensor>());
        for (var i = 0; i < features.Count; i++)
        {
            var (classes, confidence) = exits.Branches[i].Run(features[i]);
            logits.Add(classes);
            confidences.Add(confidence);
        }

        optimizer.zero_grad();
        var loss = _loss(new ExitBatch(backbone, logits, confidences, exits.PaperCosts));
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }
}
