using System.Buffers;
using System.Diagnostics;
using Ptee.Cli.Demo;
using Ptee.Data;
using Ptee.Engines;
using Ptee.Shared.Bundles;
using Ptee.Shared.Features;
using Ptee.Shared.Reports;
using Ptee.Training.Evaluation;

namespace Ptee.Bench.Scenarios;

/// <summary>
/// Edge and server processes over all images, once with each codec: bytes at the device's socket, and what they cost in
/// accuracy. All with the same exits, so that no codec is thanked for what never left the device.
/// </summary>
internal static class Bytes
{
    private const int CodecTimes = 500;

    public static async Task<ScenarioResult> RunAsync(string? bundle, string data, CancellationToken cancellationToken)
    {
        var (figures, reports) = (new Dictionary<string, Figure>(), new Dictionary<string, Report>());
        foreach (var (name, model) in Models.Open(bundle))
        {
            using var file = new TemporaryBundle(model);
            await MeasureAsync(name, model, file.Path, data, figures, reports, cancellationToken);
        }

        return new ScenarioResult("bytes", ScenarioResult.ThisMachine, figures, reports);
    }

    private static async Task MeasureAsync(
        string name, Bundle model, string file, string data,
        Dictionary<string, Figure> figures, Dictionary<string, Report> reports, CancellationToken cancellationToken)
    {
        var manifest = model.Manifest;
        var cut = manifest.Cuts[manifest.DeepestSplit];
        var backbone = await BackboneAsync(model, data, cancellationToken);
        var codecs = FeatureCodecs.NamesAt(cut).ToArray();
        foreach (var codec in codecs)
        {
            var report = await new DemoRun(TextWriter.Null, BuiltPrograms.Folder).RunAsync(
                new DemoOptions(file, data, Point: null, Threshold: null, codec), cancellationToken, backbone);
            reports[$"{codec}.{name}"] = report;
            Add($"up_bytes_{codec}", report.Bytes!.UpMean, "bytes");
        }

        var (exact, chosen) = (reports[$"{FeatureCodecs.Float32}.{name}"], reports[$"{cut.Codec}.{name}"]);
        var bytes = chosen.Bytes!;
        Add("up_mean_bytes", bytes.UpMean, "bytes");
        var encoder = FeatureCodecs.Create(cut.Codec, cut).Input == CodecInput.Latent ? manifest.BottleneckOf(manifest.DeepestSplit)!.EncoderMacs : 0;
        Add("up_edge_ratio", (double)(manifest.AllInMacs(manifest.DeepestSplit) + encoder) / manifest.BackboneMacs, "ratio");
        Add("payload_mean_bytes", bytes.PayloadMean, "bytes");
        Add("offloaded", (double)chosen.Answered.Server / chosen.Images, "ratio");
        // What is on the wire besides coded features: frames, Hello, connection.
        Add("overhead_bytes_a_frame", (bytes.UpMean - bytes.PayloadMean) * chosen.Images / Math.Max(1, chosen.Answered.Server), "bytes");
        Add("vs_same_exits_png", bytes.UpMean / bytes.Baselines.SameExitsPng, "ratio");
        Add("vs_same_exits_picture", bytes.UpMean / Math.Min(bytes.Baselines.SameExitsPng, bytes.Baselines.SameExitsWebp), "ratio");
        if (chosen.Accuracy is { System: { } system, Backbone: { } whole })
        {
            Add("up_points_below", 100 * (whole - system), "points");
        }

        foreach (var codec in codecs.Where(codec => codec is not (FeatureCodecs.Float32 or FeatureCodecs.UInt8)))
        {
            var report = reports[$"{codec}.{name}"];
            var sent = report.Bytes!.PayloadMean * report.Images / Math.Max(1, report.Answered.Server);
            Add($"{codec}_bytes", sent, "bytes");
            Add($"{codec}_bits_per_element", 8 * sent / cut.Shape.Count, "bits");
            Add($"{codec}_points_lost", 100 * (exact.Accuracy.System - report.Accuracy.System) ?? double.NaN, "points");
            Add($"{codec}_agreement_lost", 100 * (exact.Accuracy.Agreement - report.Accuracy.Agreement), "points");
        }

        figures[$"codec_us.{name}"] = await CodecTimeAsync(model, cancellationToken);

        void Add(string figure, double value, string unit) => figures[$"{figure}.{name}"] = Figure.Of(value, unit);
    }

    private static async Task<int[]> BackboneAsync(Bundle model, string data, CancellationToken cancellationToken)
    {
        var images = await DataSets.OpenAsync(data, size: model.Manifest.Preprocessing.Size, cancellationToken: cancellationToken);
        using var engine = BundleEngines.Open(BundleEngines.Default, model, threads: 1);
        return BackboneRun.Classes(model.Manifest, engine, images, progress: null, cancellationToken);
    }

    /// <summary>Writing and reading one image's features with the cut's codec, on one core, over the features of real images; a
    /// bottleneck's networks not counted.</summary>
    private static async Task<Figure> CodecTimeAsync(Bundle model, CancellationToken cancellationToken)
    {
        var workload = await Workload.OfAsync(model, cancellationToken);
        var payload = new ArrayBufferWriter<byte>(workload.Codec.MaxPayloadBytes);
        var decoded = new float[workload.Codec.Shape.Count];
        var rounds = new List<double>();
        for (var round = 0; round < 6; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < CodecTimes; i++)
            {
                payload.ResetWrittenCount();
                workload.Codec.Encode(workload.Coded[i % workload.Coded.Length], payload);
                workload.Codec.Decode(payload.WrittenSpan, decoded);
            }

            rounds.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / CodecTimes);
        }

        return Figure.Spread(rounds.Skip(1), "us"); // The first warms up.
    }
}
