using System.Globalization;
using Ptee.Data;
using Ptee.Model;
using Ptee.Shared;
using Ptee.Shared.Preprocessing;
using Ptee.Training.Batches;
using Ptee.Training.Progress;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ptee.Training.BackboneTraining;

/// <summary>Trains a backbone from random weights with labels. The only place where a backbone learns.</summary>
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

        using var optimizer = optim.SGD(
            network.Parameters, options.PeakRate, options.Momentum, weight_decay: options.WeightDecay, nesterov: true);
        var run = $"{options} on {images.Count} images {images.Fingerprint}";
        var first = checkpoint?.Resume(network, optimizer, run) ?? 0;
        for (var epoch = first; epoch < options.Epochs; epoch++)
        {
            var loss = TrainEpoch(network, optimizer, images, epoch, progress, cancellationToken);
            var correct = Correct(network, heldOut);
            checkpoint?.Save(network, optimizer, epoch + 1, run);
            var line = string.Create(
                CultureInfo.InvariantCulture,
                $"epoch {epoch + 1}/{options.Epochs} crop {CropOf(epoch, images)} loss {loss:F4} held-out {100.0 * correct / heldOut.Count:F2} %");
            progress?.Report(new($"epoch {epoch + 1}/{options.Epochs}", epoch + 1 - first, options.Epochs - first, line));
        }

        network.Freeze();
    }

    private double TrainEpoch(
        BackboneNetwork network,
        OptimizerHelper optimizer,
        ImageSet images,
        int epoch,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        var pass = new Epoch(options.Seed, epoch, images.Count, options.BatchSize);
        var batches = pass.Batches;
        network.SetTraining(true);
        var sum = 0.0;
        for (var batch = 0; batch < batches; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rate = OneCycle.Rate((epoch + ((double)batch / batches)) / options.Epochs, options.PeakRate);
            foreach (var group in optimizer.ParamGroups)
            {
                group.LearningRate = rate;
            }

            sum += Step(network, optimizer, images, pass[batch], epoch, pass.Random);
            progress?.Report(new(
                $"epoch {epoch + 1}/{options.Epochs}", ((long)epoch * batches) + batch + 1, (long)options.Epochs * batches));
        }

        network.SetTraining(false);
        return sum / batches;
    }

    private double Step(
        BackboneNetwork network,
        OptimizerHelper optimizer,
        ImageSet images,
        int[] indexes,
        int epoch,
        Random random)
    {
        using var scope = NewDisposeScope();
        var crop = CropOf(epoch, images);
        var labels = new long[indexes.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = images.LabelOf(indexes[i]);
        }

        var x = tensor(_augmenter.Random(images, indexes, crop, random), [indexes.Length, ImageSet.Channels, crop, crop]);
        optimizer.zero_grad();
        var loss = nn.functional.cross_entropy(network.Run(x, ..), tensor(labels));
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }

    private int CropOf(int epoch, ImageSet images) =>
        epoch < options.SmallEpochs ? Math.Min(options.SmallCrop, images.Size) : images.Size;

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
