using System.Runtime.InteropServices;
using Ptee.Data;
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
        var table = new ExitTableBuilder(early, images.Count, exits.Backbone.Classes);
        var augmenter = new Augmenter(preprocessing);
        exits.SetTraining(false);
        using var mode = inference_mode();
        foreach (var indexes in Enumerable.Range(0, images.Count).Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var x = tensor(augmenter.Plain(images, indexes), [indexes.Length, ImageSet.Channels, images.Size, images.Size]);
            var (features, logits) = exits.RunBackbone(x);
            table.Add(early, indexes[0], Floats(logits), confidences: []);
            for (var exit = 0; exit < early; exit++)
            {
                var (branchLogits, confidence) = exits.Branches[exit].Run(features[exit]);
                table.Add(exit, indexes[0], Floats(branchLogits), Floats(confidence.sigmoid()));
                seeFeatures?.Invoke(exit, features[exit]);
            }

            progress?.Report(new("of the held-out images", indexes[^1] + 1, images.Count));
        }

        return table.Build();
    }

    private static float[] Floats(Tensor tensor)
    {
        var values = new float[tensor.NumberOfElements];
        tensor.contiguous().bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
