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
        Add("up_edge_ratio", (double)manifest.AllInMacs(manifest.DeepestSplit) / manifest.BackboneMacs, "ratio");
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

        if (codecs.Contains(FeatureCodecs.Quant))
        {
            var quant = reports[$"{FeatureCodecs.Quant}.{name}"];
            var sent = quant.Bytes!.PayloadMean * quant.Images / Math.Max(1, quant.Answered.Server);
            Add("quant_bytes", sent, "bytes");
            Add("quant_bits_per_element", 8 * sent / cut.Shape.Count, "bits");
            Add("quant_points_lost", 100 * (exact.Accuracy.System - quant.Accuracy.System) ?? double.NaN, "points");
            Add("quant_agreement_lost", 100 * (exact.Accuracy.Agreement - quant.Accuracy.Agreement), "points");
            figures[$"codec_us.{name}"] = await CodecTimeAsync(model, cancellationToken);
        }

        void Add(string figure, double value, string unit) => figures[$"{figure}.{name}"] = Figure.Of(value, unit);
    }

    private static async Task<int[]> BackboneAsync(Bundle model, string data, CancellationToken cancellationToken)
    {
        var images = await DataSets.OpenAsync(data, size: model.Manifest.Preprocessing.Size, cancellationToken: cancellationToken);
        using var engine = BundleEngines.Open(BundleEngines.Default, model, threads: 1);
        return BackboneRun.Classes(model.Manifest, engine, images, progress: null, cancellationToken);
    }

    /// <summary>Writing and reading one image's features, on one core, over the features of real images.</summary>
    private static async Task<Figure> CodecTimeAsync(Bundle model, CancellationToken cancellationToken)
    {
        var cut = model.Manifest.Cuts[model.Manifest.DeepestSplit];
        var codec = FeatureCodecs.Create(FeatureCodecs.Quant, cut);
        var features = (await Workload.OfAsync(model, cancellationToken, FeatureCodecs.Float32)).Features;
        var payload = new ArrayBufferWriter<byte>(codec.MaxPayloadBytes);
        var decoded = new float[cut.Shape.Count];
        var rounds = new List<double>();
        for (var round = 0; round < 6; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < CodecTimes; i++)
            {
                payload.ResetWrittenCount();
                codec.Encode(features[i % features.Length], payload);
                codec.Decode(payload.WrittenSpan, decoded);
            }

            rounds.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / CodecTimes);
        }

        return Figure.Spread(rounds.Skip(1), "us"); // The first warms up.
    }
}
