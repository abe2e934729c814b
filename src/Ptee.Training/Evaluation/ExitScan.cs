using System.Runtime.InteropServices;
using Ptee.Data;
using Ptee.Shared.Exits;
using Ptee.Shared.Preprocessing;
using Ptee.Training.Batches;
using Ptee.Training.ExitTraining;
using Ptee.Training.Progress;
using static TorchSharp.torch;

namespace Ptee.Training.Evaluation;

/// <summary>Runs every exit on every image and keeps the answers.</summary>
public static class ExitScan
{
    private const int BatchSize = 100;

    /// <param name="seeFeatures">Called with each cut's features (N, C, H, W) of a batch, for clip ranges; may be null.</param>
    public static ExitTable Run(
        StagedExits exits,
        ImageSet images,
        PreprocessingSpec preprocessing,
        Action<int, Tensor>? seeFeatures = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var early = exits.Branches.Count;
        var classes = Enumerable.Range(0, early + 1).Select(_ => new int[images.Count]).ToArray();
        var scores = Gates.Names.ToDictionary(
            gate => gate, _ => Enumerable.Range(0, early).Select(_ => new float[images.Count]).ToArray());
        var augmenter = new Augmenter(preprocessing);
        exits.SetTraining(false);
        using var mode = inference_mode();
        foreach (var indexes in Enumerable.Range(0, images.Count).Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var x = tensor(augmenter.Plain(images, indexes), [indexes.Length, ImageSet.Channels, images.Size, images.Size]);
            var (features, logits) = exits.RunBackbone(x);
            Write(logits, confidences: null, indexes[0], classes[early], scores: null, early);
            for (var exit = 0; exit < early; exit++)
            {
                var (branchLogits, confidence) = exits.Branches[exit].Run(features[exit]);
                Write(branchLogits, Floats(confidence.sigmoid()), indexes[0], classes[exit], scores, exit);
                seeFeatures?.Invoke(exit, features[exit]);
            }

            progress?.Report(new("held-out images", indexes[^1] + 1, images.Count));
        }

        return new ExitTable(classes, scores);
    }

    private static void Write(
        Tensor logits, float[]? confidences, int first, int[] classes, Dictionary<string, float[][]>? scores, int exit)
    {
        var count = (int)logits.shape[0];
        var width = (int)logits.shape[1];
        var values = Floats(logits);
        var probabilities = new float[width];
        for (var i = 0; i < count; i++)
        {
            Softmax.Compute(values.AsSpan(i * width, width), probabilities);
            classes[first + i] = Softmax.ArgMax(probabilities);
            foreach (var (gate, score) in scores ?? [])
            {
                score[exit][first + i] = Gates.Get(gate)(probabilities, confidences![i]);
            }
        }
    }

    private static float[] Floats(Tensor tensor)
    {
        var values = new float[tensor.NumberOfElements];
        tensor.contiguous().bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
