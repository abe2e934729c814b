using System.Buffers;
using System.Globalization;
using Ptee.Data;
using Ptee.Data.Codecs;
using Ptee.Model;
using Ptee.Onnx;
using Ptee.Shared.Bundles;
using Ptee.Shared.Features;
using Ptee.Shared.Inference;
using Ptee.Shared.IO;
using Ptee.Shared.Reports;
using Ptee.Training.Evaluation;

namespace Ptee.Tests.EndToEnd;

[Collection(Alone.Name)]
public sealed class SplitTests : IDisposable
{
    private const int RecordBytes = 3073; // Of a CIFAR-10 file.
    private readonly string _folder = Directory.CreateTempSubdirectory("ptee-split-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_cut_with_f32_over_a_real_socket_answers_as_the_undivided_network_does()
    {
        var cuts = Bundle.Open(Programs.EmbeddedBundle).Manifest.Cuts.Length;
        var whole = await ClassifyAsync(Programs.EmbeddedImages, Programs.EmbeddedBundle);

        Assert.Equal(1000, whole.Length);
        await AssertEveryCutAnswersAs(whole, cuts, Programs.EmbeddedImages, Programs.EmbeddedBundle, Programs.EmbeddedBundle);
    }

    [Fact]
    public async Task So_it_is_with_an_exit_on_the_picture_and_each_program_with_its_half()
    {
        var images = Path.Combine(_folder, "images.bin");
        await File.WriteAllBytesAsync(images, (await File.ReadAllBytesAsync(Programs.EmbeddedImages))[..(100 * RecordBytes)]);
        var bundle = await AtMediansAsync(TestBundles.WithPixels(), images);
        var (file, edge, server) = (Written(bundle, BundleHalf.Whole), Written(bundle, BundleHalf.Edge), Written(bundle, BundleHalf.Server));

        var whole = await ClassifyAsync(images, file);

        Assert.Equal(50, whole.Count(record => record.Exit == 0));
        await AssertEveryCutAnswersAs(whole, bundle.Manifest.Cuts.Length, images, edge, server);
        await AssertEveryCutAnswersAs(whole, bundle.Manifest.Cuts.Length, images, edge, server, codec: "png,webp", batch: 7);
    }

    /// <summary>The same steps in one process and through two programs with their halves, at both rates of a bottleneck.</summary>
    [Theory]
    [InlineData("bottleneck")]
    [InlineData("bottleneck-2")]
    public async Task A_bottleneck_s_latent_travels_and_the_server_goes_on_with_its_features(string codec)
    {
        const int count = 40;
        var images = Path.Combine(_folder, "images.bin");
        await File.WriteAllBytesAsync(images, (await File.ReadAllBytesAsync(Programs.EmbeddedImages))[..(count * RecordBytes)]);
        var bundle = TestBundles.WithBottleneck();
        var (edge, server) = (Written(bundle, BundleHalf.Edge), Written(bundle, BundleHalf.Server));

        await using var process = await ServerProcess.StartAsync(server);
        var records = await ClassifyAsync(images, edge, "--server", process.Address.ToString(), "--codec", codec, "--batch", "7", "--deadline", "60000");

        var (expected, bytes) = await InOneProcessAsync(bundle, images, codec);
        Assert.All(records, record => Assert.Equal(ImageRecord.ServerTier, record.Tier));
        Assert.Equal(expected.Select(answer => answer.Class), records.Select(record => record.Class));
        Assert.All(expected.Zip(records), pair => Assert.Equal(pair.First.Probability, pair.Second.Probability, 1e-4));
        Assert.Equal(bytes, records.Select(record => record.PayloadBytes));
    }

    /// <summary>
    /// Real weights, so that a picture and coarse features are both taken: with codecs as with what is usual, an evaluation is the
    /// system that runs, byte by byte.
    /// </summary>
    [Theory]
    [InlineData(null, 2)]
    [InlineData("quant", 1)]
    [InlineData("bottleneck-4,webp", 2)]
    public async Task An_evaluation_answers_each_image_as_device_and_server_do(string? codec, int codecs)
    {
        var images = Path.Combine(_folder, "images.bin");
        await File.WriteAllBytesAsync(images, (await File.ReadAllBytesAsync(Programs.EmbeddedImages))[..(200 * RecordBytes)]);
        await using var server = await ServerProcess.StartAsync(Programs.EmbeddedBundle);

        var split = await ClassifyAsync(
            images, Programs.EmbeddedBundle, ["--server", server.Address.ToString(), "--deadline", "60000", .. codec is null ? Array.Empty<string>() : ["--codec", codec]]);
        var (evaluated, report) = await EvaluateAsync(
            images, manifest => HandoverCodecs.Create(codec, OperatingPoint.Accurate, manifest, manifest.DeepestSplit));

        Assert.Equal(200, evaluated.Length);
        Assert.Equal(
            split.Select(record => (record.Class, record.Exit, record.Tier, record.Codec, record.PayloadBytes)),
            evaluated.Select(record => (record.Class, record.Exit, record.Tier, record.Codec, record.PayloadBytes)));
        var sent = split.Where(record => record.Codec.Length > 0).ToArray();
        Assert.NotEmpty(sent);
        Assert.Equal((codecs, sent.Length), (report.Coding!.Sent.Count, report.Coding.Sent.Values.Sum()));
        Assert.Equal(split.Average(record => record.PayloadBytes), report.Coding.PayloadMean, 9);
        Assert.Equal(
            sent.GroupBy(record => record.Codec).ToDictionary(group => group.Key, group => group.Average(record => record.PayloadBytes)),
            report.Coding.SentMeans);
        Assert.Null(report.Bytes);
    }

    [Fact]
    public async Task An_evaluation_without_codecs_answers_as_a_device_that_runs_the_whole_network()
    {
        var images = Path.Combine(_folder, "images.bin");
        await File.WriteAllBytesAsync(images, (await File.ReadAllBytesAsync(Programs.EmbeddedImages))[..(200 * RecordBytes)]);

        var whole = await ClassifyAsync(images, Programs.EmbeddedBundle);
        var (evaluated, report) = await EvaluateAsync(images, _ => []);

        Assert.Equal(whole.Select(record => (record.Class, record.Exit)), evaluated.Select(record => (record.Class, record.Exit)));
        Assert.All(evaluated, record => Assert.Equal(("", 0), (record.Codec, record.PayloadBytes)));
        Assert.Null(report.Coding);
    }

    private static async Task<(ImageRecord[] Records, Report Report)> EvaluateAsync(string images, Func<Manifest, IFeatureCodec[]> codecs)
    {
        var bundle = Bundle.Open(Programs.EmbeddedBundle);
        var set = await DataSets.OpenAsync(images, dataRoot: null, bundle.Manifest.Preprocessing.Size);
        var (name, policy) = bundle.Manifest.PolicyOf(OperatingPoint.Accurate, threshold: null);
        using var engine = new OnnxEngine(bundle, threads: 1);
        var run = Evaluator.Run(bundle, engine, set, policy, name, codecs(bundle.Manifest), progress: null, CancellationToken.None);
        var backbone = BackboneRun.Classes(bundle.Manifest, engine, set, progress: null, CancellationToken.None);
        return (run.Images, new ReportBuilder(bundle.Manifest, run, backbone).Build(set.Name, images: null, serverPeakMb: null));
    }

    private static async Task<(ExitAnswer[] Answers, int[] Bytes)> InOneProcessAsync(Bundle bundle, string images, string name)
    {
        var manifest = bundle.Manifest;
        var (split, last) = (manifest.DeepestSplit, manifest.SegmentCount - 1);
        var codec = FeatureCodecs.Create(name, manifest.Cuts[split]);
        var (_, policy) = manifest.PolicyOf(OperatingPoint.Accurate, threshold: null);
        using var engine = new OnnxEngine(bundle, threads: 1);
        var cascade = new Cascade(manifest, engine);
        var (answers, bytes) = (new List<ExitAnswer>(), new List<int>());
        var (latent, features) = (new float[codec.Shape.Count], new float[manifest.Cuts[split].Shape.Count]);
        foreach (var (_, _, input) in new ImageBatches(manifest.Preprocessing, await DataSets.OpenAsync(images), batchSize: 1).All())
        {
            engine.RunEncoder(split, 1, cascade.Run(0, split, 1, input, policy).Features.Span, latent);
            var payload = new ArrayBufferWriter<byte>();
            codec.Encode(latent, payload);
            codec.Decode(payload.WrittenSpan, latent);
            engine.RunDecoder(split, 1, latent, features);
            answers.Add(cascade.Run(split + 1, last, 1, features, policy).Answers.Span[0]);
            bytes.Add(payload.WrittenCount);
        }

        return ([.. answers], [.. bytes]);
    }

    private async Task AssertEveryCutAnswersAs(ImageRecord[] whole, int cuts, string images, string edgeBundle, string serverBundle, string codec = "f32", int batch = 1)
    {
        await using var server = await ServerProcess.StartAsync(serverBundle);
        for (var cut = 0; cut < cuts; cut++)
        {
            var split = await ClassifyAsync(
                images, edgeBundle, "--server", server.Address.ToString(), "--codec", codec,
                "--split", cut.ToString(CultureInfo.InvariantCulture), "--batch", batch.ToString(CultureInfo.InvariantCulture),
                "--deadline", "60000");

            Assert.Equal(whole.Length, split.Length);
            Assert.Contains(split, record => record.Tier == ImageRecord.ServerTier);
            Assert.All(whole.Zip(split), pair =>
            {
                Assert.False(pair.Second.Degraded);
                Assert.Equal((pair.First.Index, pair.First.Exit, pair.First.Class), (pair.Second.Index, pair.Second.Exit, pair.Second.Class));
                Assert.Equal(pair.First.Probability, pair.Second.Probability, 1e-5);
                Assert.Contains(pair.Second.Codec, pair.Second.Tier == ImageRecord.ServerTier ? codec.Split(',') : [""]);
            });
        }
    }

    /// <summary>Half of the images reach each exit's threshold; it lies between two scores, so rounding decides nothing.</summary>
    private static async Task<Bundle> AtMediansAsync(Bundle bundle, string images)
    {
        using var engine = new TorchEngine(bundle, threads: 1);
        var set = await DataSets.OpenAsync(images, dataRoot: null, bundle.Manifest.Preprocessing.Size);
        var table = BundleScan.Run(bundle.Manifest, engine, set, progress: null, CancellationToken.None);
        return TestBundles.At(bundle, [.. table.Scores[bundle.Manifest.Points[0].Gate].Select(scores =>
        {
            var sorted = scores.Order().ToArray();
            return (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
        })]);
    }

    private string Written(Bundle bundle, BundleHalf half)
    {
        var path = Path.Combine(_folder, $"{half}.ptee");
        BundleWriter.Write(bundle, path, half);
        return path;
    }

    private async Task<ImageRecord[]> ClassifyAsync(string images, string bundle, params string[] more)
    {
        var file = Path.Combine(_folder, "run.json");
        var run = await Programs.EdgeAsync(
            ["classify", images, "--bundle", bundle, "--quiet", "--json", file, .. more]);
        Assert.True(run.Status == 0, run.Error);
        return [.. JsonFile.Read<ClassifyReport>(file).Images.OrderBy(record => record.Index)];
    }
}
