using System.Buffers;
using Ptee.Data;
using Ptee.Data.Codecs;
using Ptee.Engines;
using Ptee.Shared.Bundles;
using Ptee.Shared.Inference;

namespace Ptee.Bench.Scenarios;

/// <summary>
/// Time for an image, in this process: the whole network in one ONNX Runtime session, the same through our segments, with
/// exits on the device alone, the device's share of a split with the coding of what it hands over, and the whole network in TorchSharp.
/// </summary>
internal static class Latency
{
    private const int ImagesARound = 100;
    private const int Batch = 32;
    private const int BatchesARound = 6;
    private const int TorchImages = 10;

    public static async Task<ScenarioResult> RunAsync(string? bundle, int rounds, int threads, CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, Figure>();
        foreach (var (name, model) in Models.Open(bundle))
        {
            var images = await Workload.ImagesAsync(model.Manifest, cancellationToken);
            Measure(name, model, images, rounds, threads, figures);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return new ScenarioResult("latency", ScenarioResult.ThisMachine, figures);
    }

    private static void Measure(
        string name, Bundle bundle, ImageSet images, int rounds, int threads, Dictionary<string, Figure> figures)
    {
        var manifest = bundle.Manifest;
        var (_, policy) = manifest.PolicyOf(OperatingPoint.Accurate, threshold: null);
        using var onnx = BundleEngines.Open(BundleEngines.Onnx, bundle, threads);
        using var torch = BundleEngines.Open(BundleEngines.Torch, bundle, threads);
        using var shared = new WholeNetwork(bundle, count: 1, threads, ownThreads: false);
        using var own = new WholeNetwork(bundle, count: 1, threads, ownThreads: true);
        using var sharedBatch = new WholeNetwork(bundle, Batch, threads, ownThreads: false);
        using var ownBatch = new WholeNetwork(bundle, Batch, threads, ownThreads: true);
        var (one, many) = (Workload.Inputs(manifest, images, 1), Workload.Inputs(manifest, images, Batch));
        var (segments, cascade, last) = (new Segments(manifest, onnx), new Cascade(manifest, onnx), manifest.SegmentCount - 1);
        var codec = FrameCodecs.Create(manifest.Cuts[manifest.DeepestSplit].Codec, manifest, manifest.DeepestSplit);
        var payload = new ArrayBufferWriter<byte>(codec.MaxPayloadBytes);
        var torchSegments = new Segments(manifest, torch);

        var round = new Rounds();
        round.Add("session", at => Each(one, at, ImagesARound, input => _ = shared.Run(input)));
        round.Add("session, own threads", at => Each(one, at, ImagesARound, input => _ = own.Run(input)));
        round.Add("segments", at => Each(one, at, ImagesARound, input => segments.Run(1, input)));
        round.Add("exits", at => Each(one, at, ImagesARound, input => cascade.Run(0, last, 1, input, policy)));
        round.Add("edge", at => Each(one, at, ImagesARound, input =>
        {
            if (cascade.Run(0, manifest.DeepestSplit, 1, input, policy) is { Remaining.Length: > 0 } handedOver)
            {
                payload.ResetWrittenCount();
                codec.Encode(CodecInputs.Of(codec, onnx, manifest.DeepestSplit, [0], handedOver.Features.Span, input), payload);
            }
        }));
        round.Add("torch", at => Each(one, at, TorchImages, input => torchSegments.Run(1, input)));
        round.Add("session of a batch", at => Each(many, at, BatchesARound, input => _ = sharedBatch.Run(input)));
        round.Add("session of a batch, own threads", at => Each(many, at, BatchesARound, input => _ = ownBatch.Run(input)));
        round.Add("segments of a batch", at => Each(many, at, BatchesARound, input => segments.Run(Batch, input)));
        round.Run(rounds);

        string[] whole = ["session", "session, own threads"];
        figures[$"segments_vs_session_b1.{name}"] = round.Ratio("segments", whole);
        figures[$"segments_vs_session_b32.{name}"] = round.Ratio("segments of a batch", "session of a batch", "session of a batch, own threads");
        figures[$"exits_vs_whole.{name}"] = round.Ratio("exits", whole);
        figures[$"edge_vs_whole.{name}"] = round.Ratio("edge", whole);
        figures[$"whole_ms.{name}"] = round.Milliseconds("session", ImagesARound);
        figures[$"whole_own_threads_ms.{name}"] = round.Milliseconds("session, own threads", ImagesARound);
        figures[$"exits_ms.{name}"] = round.Milliseconds("exits", ImagesARound);
        figures[$"edge_ms.{name}"] = round.Milliseconds("edge", ImagesARound);
        figures[$"torch_whole_ms.{name}"] = round.Milliseconds("torch", TorchImages);
    }

    /// <summary>Every round has other images: the mean over all rounds is over all images.</summary>
    private static void Each(float[][] inputs, int round, int count, Action<float[]> run)
    {
        for (var i = 0; i < count; i++)
        {
            run(inputs[((round * count) + i) % inputs.Length]);
        }
    }
}
