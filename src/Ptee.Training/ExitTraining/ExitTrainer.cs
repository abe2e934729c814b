using System.Globalization;
using Ptee.Data;
using Ptee.Shared;
using Ptee.Shared.Architectures;
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
    private const int FewestRows = 2; // A batch norm needs two.
    private readonly Augmenter _augmenter = new(preprocessing);
    private readonly ExitLoss _loss = ExitLosses.Get(options);

    /// <summary>Trains the branches in place and leaves those of the best epoch in them.</summary>
    /// <param name="heldOut">Chooses the epoch: the lowest all-in cost at the agreement of the default point.</param>
    /// <param name="checkpoint">Written after each epoch; gone on from when it is there.</param>
    /// <returns>The epoch that was kept, from 1.</returns>
    /// <exception cref="PteeFormatException">The checkpoint is damaged or of another run, or the loss does not go with the
    /// confidence heads.</exception>
    public int Train(
        StagedExits exits,
        ImageSet images,
        ImageSet heldOut,
        ExitCheckpoint? checkpoint,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken = default)
    {
        RequireLearningHeads(exits);
        var run = $"{options} on {images.Count} images {images.Fingerprint}";
        var state = checkpoint?.Resume(exits, run) ?? ExitTrainingState.Start;
        var stages = Stages(exits);
        var epochs = stages.Count * options.Epochs;
        while (state.Epochs < epochs)
        {
            var branches = stages[state.Epochs / options.Epochs];
            if (state.Epochs > 0 && state.Epochs % options.Epochs == 0)
            {
                // A new stage builds on the best of the last one, and has a best of its own.
                exits.SetWeights(state.BestWeights);
                state = state with { BestCost = double.MaxValue };
            }

            var survivors = Survivors.Of(exits, branches[0], heldOut, preprocessing, cancellationToken);
            using var optimizer = optim.Adam(branches.SelectMany(branch => exits.Branches[branch].Parameters), options.Rate);
            if (state.Epochs % options.Epochs > 0)
            {
                checkpoint?.ResumeOptimizer(optimizer, state.Epochs);
            }

            do
            {
                var loss = TrainEpoch(new Stage(exits, branches, survivors, optimizer), images, state.Epochs, epochs, progress, cancellationToken);
                var table = ExitScan.Run(exits, heldOut, preprocessing, cancellationToken: cancellationToken);
                var search = new ThresholdSearch(table, exits.AllInCosts);
                var point = Gates.Names.Select(gate => Best(search, gate)).MinBy(point => point.AllInRatio)!;
                state = state.After(state.Epochs + 1, point.AllInRatio, exits.CopyWeights());
                checkpoint?.Save(exits, optimizer, state, run);
                progress?.Report(new("epoch", state.Epochs, epochs, Line(state.Epochs, epochs, loss, point)));
            }
            while (state.Epochs % options.Epochs > 0);
        }

        exits.SetWeights(state.BestWeights);
        ClassMeansFitter.Fit(exits, images, preprocessing, cancellationToken);
        exits.SetTraining(false);
        return state.BestEpoch;
    }

    private void RequireLearningHeads(StagedExits exits)
    {
        var fitted = exits.Plan.Exits.FirstOrDefault(exit => !ConfidenceHeads.Learns(exit.Confidence));
        if (fitted is not null && options.Loss is (ExitLosses.Paper or ExitLosses.Outermost))
        {
            throw new PteeFormatException(
                $"loss {options.Loss} trains confidence heads, and {fitted.Confidence} does not learn; expected loss {ExitLosses.Independent} or {ExitLosses.Sequential}");
        }
    }

    /// <summary>The branches that learn together.</summary>
    private List<int[]> Stages(StagedExits exits)
    {
        var all = Enumerable.Range(0, exits.Branches.Count).ToArray();
        return options.Loss == ExitLosses.Sequential ? [.. all.Select(branch => new[] { branch })] : [all];
    }

    private static OperatingPoint Best(ThresholdSearch search, string gate) => ThresholdSearch.Cheapest(
        search.Curve(gate),
        OperatingPoint.Accurate,
        OperatingPoint.Targets.Single(target => target.Name == OperatingPoint.Accurate).Agreement);

    private static string Line(int epoch, int epochs, double loss, OperatingPoint point) => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {epoch}/{epochs} loss {loss:F4} held-out: all-in cost {100 * point.AllInRatio:F1} % at agreement {100 * point.Agreement:F2} % by {point.Gate}, exits {string.Join(' ', point.ExitFractions.Select(share => share.ToString("F3", CultureInfo.InvariantCulture)))}");

    private double TrainEpoch(
        Stage stage, ImageSet images, int epoch, int epochs, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var pass = new Epoch(options.Seed, epoch, images.Count, options.BatchSize);
        stage.Exits.SetTraining(stage.Branches);
        var sum = 0.0;
        for (var batch = 0; batch < pass.Batches; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var done = ((epoch % options.Epochs) + ((double)batch / pass.Batches)) / options.Epochs;
            foreach (var group in stage.Optimizer.ParamGroups)
            {
                group.LearningRate = options.Rate * (1 - ((1 - LastRateShare) * done));
            }

            sum += Step(stage, images, pass[batch], pass.Random);
            progress?.Report(new(
                $"epoch {epoch + 1}/{epochs}", ((long)epoch * pass.Batches) + batch + 1, (long)epochs * pass.Batches));
        }

        return sum / pass.Batches;
    }

    private double Step(Stage stage, ImageSet images, int[] indexes, Random random)
    {
        using var scope = NewDisposeScope();
        var exits = stage.Exits;
        var pictures = _augmenter.Random(images, indexes, images.Size, random);
        Augmenter.Mix(pictures, indexes.Length, options.Mixup, random);
        var x = tensor(pictures, [indexes.Length, ImageSet.Channels, images.Size, images.Size]);
        var (features, backbone) = exits.RunBackbone(x);
        if (stage.Branches[0] > 0)
        {
            var rows = stage.Survivors.Rows(features);
            if (rows.shape[0] < FewestRows)
            {
                return 0;
            }

            (features, backbone) = ([.. features.Select(feature => feature.index_select(0, rows))], backbone.index_select(0, rows));
        }

        var (logits, confidences) = (new List<Tensor>(), new List<Tensor>());
        foreach (var branch in stage.Branches)
        {
            var (classes, confidence) = exits.Branches[branch].Run(features[branch]);
            logits.Add(classes);
            confidences.Add(confidence);
        }

        stage.Optimizer.zero_grad();
        var loss = _loss(new ExitBatch(backbone, logits, confidences, exits.PaperCosts));
        loss.backward();
        stage.Optimizer.step();
        return loss.item<float>();
    }

    /// <summary>Branches that learn together, on what <paramref name="Survivors"/> leave them.</summary>
    private sealed record Stage(StagedExits Exits, int[] Branches, Survivors Survivors, OptimizerHelper Optimizer);
}
