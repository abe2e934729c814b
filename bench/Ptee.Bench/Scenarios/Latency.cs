using System.Buffers;
using Ptee.Cli.Demo;
using Ptee.Data;
using Ptee.Data.Codecs;
using Ptee.Edge.Classification;
using Ptee.Engines;
using Ptee.Shared.Bundles;
using Ptee.Shared.Inference;

namespace Ptee.Bench.Scenarios;

/// <summary>
/// Time for an image. In this process alone: the whole network in one ONNX Runtime session, the same through our segments, with
/// exits on the device alone, the device's share of a split with the coding of what it hands over, and the whole network in TorchSharp.
/// And the split itself: the real device here, from an image's pixels to its answer, and a server process that finishes what no exit
/// of the device answered. They share this machine and its loopback, their engines have as many threads each, and one image is in
/// flight: its time includes the wait for the server.
/// </summary>
internal static class Latency
{
    private const int ImagesARound = 100;
    private const int Batch = 32;
    private const int BatchesARound = 6;
    private const int TorchImages = 10;

    public static async Task<ScenarioResult> RunAsync(
        string? bundle, string? data, int rounds, int threads, CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, Figure>();
        foreach (var (name, model) in Models.Open(bundle))
        {
            var images = await Workload.ImagesAsync(model.Manifest, cancellationToken, data);
            using var file = new TemporaryBundle(model);
            await using var server = BuiltPrograms.StartServer(file.Path, ["--threads", $"{threads}"], cancellationToken);
            await using var device = new SplitDevice(model, await DemoRun.AddressAsync(server, cancellationToken), threads);
            await device.ConnectAsync(cancellationToken);
            // One thread for all rounds, and not the pool's: the link needs those for its replies.
            await Task.Factory.StartNew(
                () => Measure(name, model, images, device, rounds, threads, figures, cancellationToken),
                cancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }

        return new ScenarioResult("latency", ScenarioResult.ThisMachine, figures);
    }

    private static void Measure(
        string name,
        Bundle bundle,
        ImageSet images,
        SplitDevice device,
        int rounds,
        int threads,
        Dictionary<string, Figure> figures,
        CancellationToken cancellationToken)
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
        InputPicture[] pictures = [.. InputPictures.Of(images)];
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
        round.Add("split", at => device.Classify(Turn(pictures, at, ImagesARound), cancellationToken));
        round.Add("torch", at => Each(one, at, TorchImages, input => torchSegments.Run(1, input)));
        round.Add("session of a batch", at => Each(many, at, BatchesARound, input => _ = sharedBatch.Run(input)));
        round.Add("session of a batch, own threads", at => Each(many, at, BatchesARound, input => _ = ownBatch.Run(input)));
        round.Add("segments of a batch", at => Each(many, at, BatchesARound, input => segments.Run(Batch, input)));
        round.Run(rounds, cancellationToken);
        AddFigures(name, round, figures);
    }

    private static void AddFigures(string name, Rounds round, Dictionary<string, Figure> figures)
    {
        string[] whole = ["session", "session, own threads"];
        figures[$"segments_vs_session_b1.{name}"] = round.Ratio("segments", whole);
        figures[$"segments_vs_session_b32.{name}"] = round.Ratio("segments of a batch", "session of a batch", "session of a batch, own threads");
        figures[$"exits_vs_whole.{name}"] = round.Ratio("exits", whole);
        figures[$"edge_vs_whole.{name}"] = round.Ratio("edge", whole);
        figures[$"split_vs_whole.{name}"] = round.Ratio("split", whole);
        figures[$"whole_ms.{name}"] = round.Milliseconds("session", ImagesARound);
        figures[$"whole_own_threads_ms.{name}"] = round.Milliseconds("session, own threads", ImagesARound);
        figures[$"exits_ms.{name}"] = round.Milliseconds("exits", ImagesARound);
        figures[$"edge_ms.{name}"] = round.Milliseconds("edge", ImagesARound);
        figures[$"split_ms.{name}"] = round.Milliseconds("split", ImagesARound);
        figures[$"torch_whole_ms.{name}"] = round.Milliseconds("torch", TorchImages);
    }

    private static void Each(float[][] inputs, int round, int count, Action<float[]> run)
    {
        foreach (var input in Turn(inputs, round, count))
        {
            run(input);
        }
    }

    /// <summary>Every round has other images: the mean over all rounds is over all images.</summary>
    private static IEnumerable<T> Turn<T>(T[] all, int round, int count) =>
        Enumerable.Range(round * count, count).Select(i => all[i % all.Length]);
}
