using Ptee.Data;
using Ptee.Shared.Architectures;
using Ptee.Shared.Preprocessing;
using Ptee.Shared.Weights;
using Ptee.Training.Batches;
using static TorchSharp.torch;

namespace Ptee.Training.ExitTraining;

/// <summary>
/// Sets the means of all <see cref="ConfidenceHeads.ClassMeans"/> heads: for each of the backbone's classes, the mean of the
/// branch's vector over the training images, in one pass.
/// </summary>
internal static class ClassMeansFitter
{
    private const int BatchSize = 128;
    private const string Means = "confidence.means";

    public static void Fit(StagedExits exits, ImageSet images, PreprocessingSpec preprocessing, CancellationToken cancellationToken)
    {
        var fitted = exits.Plan.Exits.Index().Where(exit => !ConfidenceHeads.Learns(exit.Item.Confidence)).Select(exit => exit.Index).ToArray();
        if (fitted.Length == 0)
        {
            return;
        }

        var classes = exits.Backbone.Classes;
        var sums = fitted.ToDictionary(exit => exit, exit => new double[classes * exits.Branches[exit].Branch.Width]);
        var counts = new int[classes];
        var augmenter = new Augmenter(preprocessing);
        exits.SetTraining(false);
        using var mode = inference_mode();
        foreach (var indexes in Enumerable.Range(0, images.Count).Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var x = tensor(augmenter.Plain(images, indexes), [indexes.Length, ImageSet.Channels, images.Size, images.Size]);
            var (features, logits) = exits.RunBackbone(x);
            var labels = logits.argmax(1).data<long>().ToArray();
            foreach (var label in labels)
            {
                counts[label]++;
            }

            foreach (var exit in fitted)
            {
                Add(exits.Branches[exit].Vector(features[exit]).data<float>().ToArray(), labels, sums[exit]);
            }
        }

        foreach (var exit in fitted)
        {
            Set(exits, exit, sums[exit], counts);
        }
    }

    private static void Add(float[] vectors, long[] labels, double[] sums)
    {
        var width = vectors.Length / labels.Length;
        for (var i = 0; i < vectors.Length; i++)
        {
            sums[(labels[i / width] * width) + (i % width)] += vectors[i];
        }
    }

    private static void Set(StagedExits exits, int exit, double[] sums, int[] counts)
    {
        var branch = exits.Branches[exit];
        var width = branch.Branch.Width;
        var weights = branch.CopyWeights();
        weights[Means] = new Weight(
            [counts.Length, width], [.. sums.Select((sum, i) => (float)(sum / Math.Max(1, counts[i / width])))]);
        branch.SetWeights(weights, $"exit {exit}");
    }
}
