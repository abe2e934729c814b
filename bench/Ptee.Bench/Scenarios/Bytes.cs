using System.Buffers;
using System.Diagnostics;
using Ptee.Cli.Demo;
using Ptee.Data;
using Ptee.Data.Codecs;
using Ptee.Engines;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;
using Ptee.Shared.Reports;
using Ptee.Training.Evaluation;
using Ptee.Training.Plots;

namespace Ptee.Bench.Scenarios;

/// <summary>
/// Edge and server processes over all images, once with each codec, in network namespaces of their own where that can be: bytes at
/// the device's socket and on the cable, and what they cost in accuracy. With the same exits, so that no codec is thanked for what
/// never left the device; and without any, as those would do it who have none.
/// </summary>
internal static class Bytes
{
    private const int CodecTimes = 500;

    /// <summary>Of all that the device writes in a run; the rest of what its interface sends are headers.</summary>
    private const double MostHeaderBytes = 90; // Ethernet 14, IP 20, TCP 32 with time stamps; the handshake's are longer.

    /// <summary>Lossy pictures for the plot, besides those that are as good as the model's codec.</summary>
    private static readonly string[] Qualities = ["webp:20", "webp:60", "webp:90"];

    /// <param name="codecs">Only these, the chosen one and <c>f32</c>, all with exits; none: the whole comparison.</param>
    public static async Task<ScenarioResult> RunAsync(
        string? bundle, string data, IReadOnlyCollection<string> codecs, string? plot, CancellationToken cancellationToken)
    {
        var (figures, reports) = (new Dictionary<string, Figure>(), new Dictionary<string, Report>());
        using var cable = VethPair.TryCreate();
        foreach (var (name, model) in Models.Open(bundle))
        {
            using var file = new TemporaryBundle(model);
            await new Model(name, model, file.Path, data, cable, figures, reports).MeasureAsync(codecs, plot, cancellationToken);
        }

        return new ScenarioResult("bytes", ScenarioResult.ThisMachine, figures, reports);
    }

    private sealed record Model(
        string Name, Bundle Bundle, string File, string Data, VethPair? Cable, Dictionary<string, Figure> Figures, Dictionary<string, Report> Reports)
    {
        private Manifest Manifest => Bundle.Manifest;

        private CutDescription Cut => Manifest.Cuts[Manifest.DeepestSplit];

        public async Task MeasureAsync(IReadOnlyCollection<string> only, string? plot, CancellationToken cancellationToken)
        {
            foreach (var name in only)
            {
                _ = FrameCodecs.Create(name, Manifest, Manifest.DeepestSplit); // A name that nobody knows is told before anything runs.
            }

            var backbone = await BackboneAsync(Bundle, Data, cancellationToken);
            var whole = only.Count == 0;
            string[] coded = whole ? [.. FeatureCodecs.NamesAt(Cut)] : [.. only.Union([FeatureCodecs.Float32])];
            string[] pictures = whole ? [FrameCodecs.Raw, FrameCodecs.Png, FrameCodecs.WebP] : [];
            string[] lossy = whole ? [.. await LossyPictures.AsGoodAsAsync(Bundle, Cut.Codec, cancellationToken)] : [];
            string[] further = whole ? Qualities : [];
            var chosen = await RunAsync("chosen", codec: null, threshold: null, backbone, cancellationToken);
            foreach (var codec in (string[])[.. coded, .. pictures, .. lossy.Union(further)])
            {
                Add($"up_bytes_{codec}", (await RunAsync(codec, codec, threshold: null, backbone, cancellationToken)).Bytes!.UpMean, "bytes");
            }

            foreach (var codec in whole ? (string[])[.. coded, .. pictures, .. lossy] : [])
            {
                var report = await RunAsync($"{codec}.no_exits", codec, ExitPolicy.Never, backbone, cancellationToken);
                Add($"up_bytes_{codec}_no_exits", report.Bytes!.UpMean, "bytes");
            }

            AddTargets(chosen, coded, [.. lossy.Union(further)]);
            Figures[$"codec_us.{Name}"] = await CodecTimeAsync(Bundle, cancellationToken);
            if (plot is not null && whole)
            {
                Draw(plot, coded);
            }
        }

        private async Task<Report> RunAsync(string arm, string? codec, float? threshold, int[] backbone, CancellationToken cancellationToken)
        {
            var before = Cable?.Passed() ?? default;
            var report = await new DemoRun(TextWriter.Null, BuiltPrograms.Folder, Cable?.Hosts).RunAsync(
                new DemoOptions(File, Data, Point: null, threshold, codec), cancellationToken, backbone);
            Reports[$"{arm}.{Name}"] = report;
            if (Cable?.Passed() is { } after)
            {
                AddHeaders($"header_bytes_a_packet_{arm}", before.Sent, after.Sent, report.Bytes!.UpMean * report.Images);
                AddHeaders($"header_bytes_a_packet_down_{arm}", before.Received, after.Received, report.Bytes.DownMean * report.Images);
            }

            return report;
        }

        /// <summary>Ledger and interface count the same thing: they may differ by headers and nothing else.</summary>
        /// <param name="ledger">Bytes of that direction, all images together.</param>
        private void AddHeaders(string figure, VethPair.Traffic before, VethPair.Traffic after, double ledger)
        {
            var headers = (after.Bytes - before.Bytes - ledger) / Math.Max(1, after.Packets - before.Packets);
            Add(figure, headers, "bytes");
            if (headers is < 0 or > MostHeaderBytes)
            {
                throw new PteeFormatException($"{figure}: {headers:F1} more at the interface than in the ledger, expected 0 to {MostHeaderBytes}");
            }
        }

        private void AddTargets(Report chosen, string[] coded, string[] lossy)
        {
            var exact = Reports[$"{FeatureCodecs.Float32}.{Name}"];
            var bytes = chosen.Bytes!;
            Add("up_mean_bytes", bytes.UpMean, "bytes");
            var encoder = FeatureCodecs.Create(Cut.Codec, Cut).Input == CodecInput.Latent ? Manifest.BottleneckOf(Manifest.DeepestSplit)!.EncoderMacs : 0;
            Add("up_edge_ratio", (double)(Manifest.AllInMacs(Manifest.DeepestSplit) + encoder) / Manifest.BackboneMacs, "ratio");
            Add("all_in_ratio", chosen.Macs.AllInRatio, "ratio");
            Add("payload_mean_bytes", bytes.PayloadMean, "bytes");
            Add("offloaded", (double)chosen.Answered.Server / chosen.Images, "ratio");
            // What is on the wire besides what was coded: frames, Hello, connection.
            Add("overhead_bytes_a_frame", (bytes.UpMean - bytes.PayloadMean) * chosen.Images / Math.Max(1, chosen.Answered.Server), "bytes");
            Add("vs_same_exits_png", bytes.UpMean / bytes.Baselines.SameExitsPng, "ratio");
            Add("vs_same_exits_picture", bytes.UpMean / Math.Min(bytes.Baselines.SameExitsPng, bytes.Baselines.SameExitsWebp), "ratio");
            if (chosen.Accuracy is { System: { } system, Backbone: { } whole })
            {
                Add("up_points_below", 100 * (whole - system), "points");
            }

            foreach (var codec in coded.Concat(lossy).Where(codec => codec is not (FeatureCodecs.Float32 or FeatureCodecs.UInt8)))
            {
                var report = Reports[$"{codec}.{Name}"];
                var sent = report.Bytes!.PayloadMean * report.Images / Math.Max(1, report.Answered.Server);
                Add($"{codec}_bytes", sent, "bytes");
                if (FeatureCodecs.Names.Contains(codec))
                {
                    Add($"{codec}_bits_per_element", 8 * sent / Cut.Shape.Count, "bits");
                }

                Add($"{codec}_points_lost", 100 * (exact.Accuracy.System - report.Accuracy.System) ?? double.NaN, "points");
                Add($"{codec}_agreement_lost", 100 * (exact.Accuracy.Agreement - report.Accuracy.Agreement), "points");
            }
        }

        /// <summary>True accuracy against bytes up; what needs more bytes than a PNG is left out.</summary>
        private void Draw(string plot, string[] coded)
        {
            var most = Reports[$"{FrameCodecs.Png}.no_exits.{Name}"].Bytes!.UpMean * 1.05;
            var features = coded.Where(codec => codec.StartsWith(FeatureCodecs.Bottleneck(0), StringComparison.Ordinal)).ToArray();
            var pictures = Reports.Keys.Where(key => key.Contains(':', StringComparison.Ordinal)).Select(key => key.Split('.')[0]).Distinct();
            IEnumerable<(string Name, IEnumerable<string> Arms)> curves =
            [
                ("features, trained codec", features),
                ("features, quant", [FeatureCodecs.Quant]),
                ("lossy WebP", pictures.Where(name => name.StartsWith("webp", StringComparison.Ordinal))),
                ("JPEG", pictures.Where(name => name.StartsWith("jpeg", StringComparison.Ordinal))),
                ("WebP, PNG", [FrameCodecs.WebP, FrameCodecs.Png]),
                ("trained codec, no exits", features.Select(arm => $"{arm}.no_exits")),
                ("pictures, no exits", new[] { FrameCodecs.WebP, FrameCodecs.Png }.Select(arm => $"{arm}.no_exits")),
            ];
            CurvePlot.Write(
                plot, $"Accuracy against bytes sent, {Name}", "bytes up at the device's socket, a mean over all images", "true accuracy, %",
                curves.Select(curve => new Curve(curve.Name, [.. curve.Arms
                    .Where(arm => Reports.ContainsKey($"{arm}.{Name}"))
                    .Select(arm => Reports[$"{arm}.{Name}"])
                    .Where(report => report.Bytes!.UpMean <= most && report.Accuracy.System is not null)
                    .OrderBy(report => report.Bytes!.UpMean)
                    .Select(report => (report.Bytes!.UpMean, 100 * report.Accuracy.System!.Value))], Labels: [], Marks: [], Undivided: null))
                .Where(curve => curve.Points.Count > 0));
        }

        private void Add(string figure, double value, string unit) => Figures[$"{figure}.{Name}"] = Figure.Of(value, unit);
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
