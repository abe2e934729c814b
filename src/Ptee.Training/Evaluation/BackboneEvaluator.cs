using System.Diagnostics;
using Ptee.Data;
using Ptee.Shared;
using Ptee.Shared.Profiling;
using Ptee.Shared.Reports;
using Ptee.Training.Batches;
using Ptee.Training.Folders;
using Ptee.Training.Progress;
using static TorchSharp.torch;

namespace Ptee.Training.Evaluation;

/// <summary>The accuracy of a backbone that has no exits yet.</summary>
public static class BackboneEvaluator
{
    private const int BatchSize = 100;
    private const double BytesPerMb = 1 << 20;

    /// <param name="images">With the model's classes as labels.</param>
    public static Report Run(
        ModelFolder folder, ImageSet images, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        using var network = folder.ReadBackbone();
        var description = folder.ReadDescription();
        var augmenter = new Augmenter(description.Preprocessing);
        var clock = Stopwatch.StartNew();
        var correct = 0;
        using var mode = inference_mode();
        foreach (var indexes in Enumerable.Range(0, images.Count).Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var x = tensor(augmenter.Plain(images, indexes), [indexes.Length, ImageSet.Channels, images.Size, images.Size]);
            var classes = network.Run(x, ..).argmax(1).data<long>().ToArray();
            correct += indexes.Where((image, i) => images.LabelOf(image) == classes[i]).Count();
            progress?.Report(new("of the images, by the undivided network", indexes[^1] + 1, images.Count));
        }

        double? accuracy = images.Labelled > 0 ? (double)correct / images.Labelled : null;
        var macs = BackboneProfile.Of(network.Backbone).Macs;
        return new Report(
            Bundle: "", images.Name, images.Count, "torch", Point: "", Threshold: [], clock.Elapsed.TotalSeconds,
            new AccuracyReport(accuracy, accuracy, 1, images.Labelled),
            new AnsweredReport(0, images.Count, 0, 0),
            [new ExitReport("backbone", ImageRecord.ServerTier, images.Count, accuracy, 1)],
            new MacsReport(macs, EdgeMean: 0, macs, CodecMean: 0, 1, 1),
            Bytes: null, LatencyMs: null, new MemoryReport(ProcessMemory.Peak() / BytesPerMb, null));
    }
}
