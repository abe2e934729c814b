using Ptee.Data;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Inference;

namespace Ptee.Training.Evaluation;

/// <summary>The undivided backbone on an engine: all segments in a row, no exit.</summary>
public static class BackboneRun
{
    private const int BatchSize = 64;

    /// <returns>The backbone's class of each image.</returns>
    public static int[] Classes(
        Manifest manifest, IEngine engine, ImageSet images, IProgress<Progress.TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var classes = new int[images.Count];
        var batches = new ImageBatches(manifest.Preprocessing, images, BatchSize);
        foreach (var (first, count, input) in batches.All())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var features = input;
            for (var segment = 0; segment < manifest.SegmentCount; segment++)
            {
                var output = new float[count * manifest.ShapeAfter(segment).Count];
                engine.RunSegment(segment, count, features, output);
                features = output;
            }

            var width = manifest.Labels.Length;
            for (var i = 0; i < count; i++)
            {
                classes[first + i] = Softmax.ArgMax(features.AsSpan(i * width, width));
            }

            progress?.Report(new("of the images, by the undivided network", first + count, images.Count));
        }

        return classes;
    }
}
