using Ptee.Data;
using Ptee.Shared.Bundles;
using Ptee.Shared.Inference;
using Ptee.Training.Progress;

namespace Ptee.Training.Evaluation;

/// <summary>Runs every segment and every exit of a bundle on every image, on any engine, and keeps the answers.</summary>
public static class BundleScan
{
    private const int BatchSize = 64;

    public static ExitTable Run(
        Manifest manifest, IEngine engine, ImageSet images, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var early = manifest.Exits.Length;
        var table = new ExitTableBuilder(early, images.Count, manifest.Labels.Length);
        foreach (var (first, count, input) in new ImageBatches(manifest.Preprocessing, images, BatchSize).All())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var features = input;
            var (logits, confidences) = (new float[count * manifest.Labels.Length], new float[count]);
            for (var segment = 0; segment < manifest.SegmentCount; segment++)
            {
                var output = new float[count * manifest.ShapeAfter(segment).Count];
                engine.RunSegment(segment, count, features, output);
                features = output;
                if (segment < early)
                {
                    engine.RunExit(segment, count, features, logits, confidences);
                    table.Add(segment, first, logits, confidences);
                }
            }

            table.Add(early, first, features, confidences: []);
            progress?.Report(new("of the images, at every exit", first + count, images.Count));
        }

        return table.Build();
    }
}
