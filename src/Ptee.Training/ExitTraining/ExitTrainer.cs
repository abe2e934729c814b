using System.Globalization;
using Ptee.Data;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Preprocessing;
using Ptee.Training.Batches;
using Ptee.Training.Calibration;
using Ptee.Training.Evaluation;
using Ptee.Training.Progress;
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
    /// <param name="heldOut">Chooses the epoch: the lowest all-in cost at the agreement of the default point, by the
    /// loss's own gate or the cheapest.</param>
    /// <param name="checkpoint">Written after each epoch; gone on from when it is there.</param>
    /// <returns>The epoch that was kept, from 1; 0 for <see cref="ExitLosses.Heads"/>, which has none.</returns>
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
        ExitLosses.Require(options.Loss, exits.Plan);
        if (options.Loss == ExitLosses.Heads)
        {
            FitHeads(exits, images, heldOut, progress, cancellationToken);
            return 0;
        }

        var run = $"{options} on {images.Count} images {images.Fingerprint}, held out {heldOut.Fingerprint}, judged by {string.Join(' ', ExitLosses.GatesOf(options.Loss))}, as {preprocessing}, exits {exits.Identity}";
        var state = checkpoint?.Resume(exits, run) ?? ExitTrainingState.Start;
        var stages = Stages(exits);
        var epochs = stages.Count * options.Epochs;
        var passes = new Passes(options.Seed, images.Count, options.BatchSize, epochs, progress);
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
            using var optimizer = new SteadyAdam(branches.SelectMany(branch => exits.Branches[branch].Parameters), options.Rate);
            if (state.Epochs % options.Epochs > 0)
            {
                checkpoint?.ResumeOptimizer(optimizer, state.Epochs);
            }

            do
            {
                var epoch = state.Epochs;
                exits.SetTraining(branches);
                var loss = passes.Run(
                    epoch,
                    optimizer,
                    done => Rate(((epoch % options.Epochs) + done) / options.Epochs),
                    (indexes, random) => Loss(new Stage(exits, branches, survivors), images, indexes, random),
                    cancellationToken);
                var table = ExitScan.Run(exits, heldOut, preprocessing, cancellationToken: cancellationToken);
                var search = new ThresholdSearch(table, exits.AllInCosts);
                var point = ExitLosses.GatesOf(options.Loss).Select(gate => Best(search, gate)).MinBy(point => point.AllInRatio)!;
                state = state.After(state.Epochs + 1, point.AllInRatio, exits.CopyWeights());
                checkpoint?.Save(exits, optimizer, state, run);
                progress?.Report(new("epoch", state.Epochs, epochs, Line(state.Epochs, epochs, loss, point)));
            }
            while (state.Epochs % options.Epochs > 0);
        }

        exits.SetWeights(state.BestWeights);
        FitHeads(exits, images, heldOut, progress, cancellationToken);
        return state.BestEpoch;
    }

    /// <summary>What is left to do for the confidence heads of branches that no longer learn. Heads that a cascade's loss
    /// trained stay as they are: they weigh cost too.</summary>
    public void FitHeads(
        StagedExits exits, ImageSet images, ImageSet heldOut, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken = default)
    {
        ClassMeansFitter.Fit(exits, images, preprocessing, cancellationToken);
        if (options.Loss is not (ExitLosses.Paper or ExitLosses.Outermost))
        {
            new SortedHeadFitter(preprocessing, options.Seed).Fit(exits, images, heldOut, progress, cancellationToken);
        }

        exits.SetTraining(false);
    }

    /// <summary>The branches that learn together.</summary>
    private List<int[]> Stages(StagedExits exits)
    {
        var all = Enumerable.Range(0, exits.Branches.Count).ToArray();
        return options.Loss == ExitLosses.Sequential ? [.. all.Select(branch => new[] { branch })] : [all];
    }

    private static OperatingPoint Best(ThresholdSearch search, string gate) => ThresholdSearch.CheapestOn(
        search.Curve(gate),
        OperatingPoint.Accurate,
        OperatingPoint.Targets.Single(target => target.Name == OperatingPoint.Accurate).Agreement);

    private static string Line(int epoch, int epochs, double loss, OperatingPoint point) => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {epoch}/{epochs} loss {loss:F4} held-out: all-in cost {100 * point.AllInRatio:F1} % at agreement {100 * point.Agreement:F2} % by {point.Gate}, exits {string.Join(' ', point.ExitFractions.Select(share => share.ToString("F3", CultureInfo.InvariantCulture)))}");

    /// <param name="done">Share of the stage, in [0, 1].</param>
    private double Rate(double done) => options.Rate * (1 - ((1 - LastRateShare) * done));

    private Tensor? Loss(Stage stage, ImageSet images, int[] indexes, Random random)
    {
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
                return null;
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

        return _loss(new ExitBatch(backbone, logits, confidences, exits.PaperCosts));
    }

    /// <summary>Branches that learn together, on what <paramref name="Survivors"/> leave them.</summary>
    private sealed record Stage(StagedExits Exits, int[] Branches, Survivors Survivors);
}
