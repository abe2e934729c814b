using System.Globalization;
using Ptee.Data;
using Ptee.Model;
using Ptee.Shared;
using Ptee.Shared.Preprocessing;
using Ptee.Training.Batches;
using Ptee.Training.Progress;
using static TorchSharp.torch;

namespace Ptee.Training.BackboneTraining;

/// <summary>Trains a backbone by itself with labels. Beside it a backbone learns only in <see cref="JointTraining"/>.</summary>
public sealed class BackboneTrainer(BackboneTrainingOptions options, PreprocessingSpec preprocessing)
{
    private readonly Augmenter _augmenter = new(preprocessing);

    /// <summary>Trains <paramref name="network"/> in place.</summary>
    /// <param name="images">With labels.</param>
    /// <param name="heldOut">Only looked at, once an epoch, for the log.</param>
    /// <param name="checkpoint">Written after each epoch; gone on from when it is there.</param>
    public void Train(
        BackboneNetwork network,
        ImageSet images,
        ImageSet heldOut,
        BackboneCheckpoint? checkpoint,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken = default)
    {
        if (images.Count < options.BatchSize)
        {
            throw new PteeFormatException($"{images.Name}: {images.Count} pictures, expected at least a batch of {options.BatchSize}");
        }

        var small = Math.Min(options.SmallCrop, images.Size);
        if (options.SmallEpochs > 0 && !network.Backbone.TakesSize(small))
        {
            var architecture = network.Backbone.Architecture;
            throw new PteeFormatException(
                $"crops of {options.SmallCrop}x{options.SmallCrop}: {architecture.Name} of {architecture.InputSize}x{architecture.InputSize} "
                + "does not take them, expected no epochs on small crops");
        }

        using var optimizer = new SteadySgd(network.Parameters, options.PeakRate, options.Momentum, options.WeightDecay);
        var run = $"{options} on {images.Count} images {images.Fingerprint}, as {preprocessing}";
        var first = checkpoint?.Resume(network, optimizer, run) ?? 0;
        var passes = new Passes(options.Seed, images.Count, options.BatchSize, options.Epochs, progress);
        for (var epoch = first; epoch < options.Epochs; epoch++)
        {
            var crop = epoch < options.SmallEpochs ? small : images.Size;
            network.SetTraining(true);
            var loss = passes.Run(
                epoch,
                optimizer,
                done => OneCycle.Rate((epoch + done) / options.Epochs, options.PeakRate),
                (indexes, random) => Loss(network, images, indexes, crop, random),
                cancellationToken);
            network.SetTraining(false);
            var correct = Correct(network, heldOut);
            checkpoint?.Save(network, optimizer, epoch + 1, run);
            var line = string.Create(
                CultureInfo.InvariantCulture,
                $"epoch {epoch + 1}/{options.Epochs} crop {crop} loss {loss:F4} held-out {100.0 * correct / heldOut.Count:F2} %");
            progress?.Report(new($"epoch {epoch + 1}/{options.Epochs}", epoch + 1 - first, options.Epochs - first, line));
        }

        network.Freeze();
    }

    private Tensor Loss(BackboneNetwork network, ImageSet images, int[] indexes, int crop, Random random)
    {
        var x = tensor(_augmenter.Random(images, indexes, crop, random), [indexes.Length, ImageSet.Channels, crop, crop]);
        var labels = tensor(indexes.Select(image => (long)images.LabelOf(image)!.Value).ToArray());
        return nn.functional.cross_entropy(network.Run(x, ..), labels);
    }

    private int Correct(BackboneNetwork network, ImageSet images)
    {
        using var mode = inference_mode();
        var correct = 0;
        foreach (var indexes in Enumerable.Range(0, images.Count).Chunk(options.BatchSize))
        {
            using var scope = NewDisposeScope();
            var x = tensor(
                _augmenter.Plain(images, indexes), [indexes.Length, ImageSet.Channels, images.Size, images.Size]);
            var classes = network.Run(x, ..).argmax(1).data<long>().ToArray();
            correct += indexes.Where((image, i) => images.LabelOf(image) == classes[i]).Count();
        }

        return correct;
    }
}
