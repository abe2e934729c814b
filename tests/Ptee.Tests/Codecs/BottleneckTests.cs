using System.Buffers;
using Ptee.Cli.Demo;
using Ptee.Data;
using Ptee.Engines;
using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Onnx;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Inference;
using Ptee.Shared.Reports;
using Ptee.Tests.Data;
using Ptee.Tests.EndToEnd;
using Ptee.Training.Codecs.Bottlenecks;
using Ptee.Training.Evaluation;
using Ptee.Training.ExitTraining;
using Ptee.Training.Placement;
using Ptee.Training.Progress;
using TorchSharp;

namespace Ptee.Tests.Codecs;

[Collection(Alone.Name)]
public sealed class BottleneckTests : IDisposable
{
    private const int Cut = 1; // Of the bundle with random weights.
    private readonly TempFolder _folder = new();

    public BottleneckTests() => TorchRuntime.Initialize(threads: 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Both_engines_encode_and_decode_alike()
    {
        var bundle = TestBundles.WithBottleneck();
        var (latent, features) = (bundle.Manifest.LatentOf(Cut).Count, bundle.Manifest.Cuts[Cut].Shape.Count);
        using var torch = new TorchEngine(bundle, threads: 1);
        using var onnx = new OnnxEngine(bundle, threads: 1);
        var (count, values) = await FeaturesAsync(bundle, onnx, images: 60);

        var (byTorch, byOnnx) = (new float[count * latent], new float[count * latent]);
        torch.RunEncoder(Cut, count, values, byTorch);
        onnx.RunEncoder(Cut, count, values, byOnnx);
        AssertClose(byTorch, byOnnx);
        Assert.Contains(byOnnx, value => value > 0.1f);
        Assert.DoesNotContain(byOnnx, value => value < 0);

        var (back, other) = (new float[count * features], new float[count * features]);
        torch.RunDecoder(Cut, count, byOnnx, back);
        onnx.RunDecoder(Cut, count, byOnnx, other);
        AssertClose(back, other);
        Assert.Contains(other, value => value > 0.1f);
    }

    [Theory]
    [InlineData(BundleEngines.Onnx)]
    [InlineData(BundleEngines.Torch)]
    public void A_half_has_the_network_that_runs_there_and_no_other(string engine)
    {
        var bundle = TestBundles.WithBottleneck();
        var (latent, features) = (new float[bundle.Manifest.LatentOf(Cut).Count], new float[bundle.Manifest.Cuts[Cut].Shape.Count]);
        using var edge = BundleEngines.Open(engine, Half(bundle, BundleHalf.Edge), threads: 1);
        using var server = BundleEngines.Open(engine, Half(bundle, BundleHalf.Server), threads: 1);

        edge.RunEncoder(Cut, 1, features, latent);
        server.RunDecoder(Cut, 1, latent, features);
        Assert.Contains("does not carry decoder 1", Assert.Throws<PteeFormatException>(() => edge.RunDecoder(Cut, 1, latent, features)).Message, StringComparison.Ordinal);
        Assert.Contains("does not carry encoder 1", Assert.Throws<PteeFormatException>(() => server.RunEncoder(Cut, 1, features, latent)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_coding_costs_is_paid_for_by_those_who_are_sent()
    {
        var manifest = TestBundles.WithBottleneck().Manifest;
        var layers = manifest.BottleneckOf(Cut)!;
        var plain = Macs("u8", "u8");

        Assert.Equal((0.0, 0.0, 0.0), Coding("u8", "u8"));
        Assert.Equal((layers.EncoderMacs, layers.DecoderMacs, layers.EncoderMacs + layers.DecoderMacs), Coding("bottleneck,webp", "bottleneck"));
        Assert.Equal((0.0, manifest.Cuts[Cut].TrunkMacs, manifest.Cuts[Cut].TrunkMacs), Coding("u8,webp", "webp"));
        // Whoever finds the picture shorter has run the encoder.
        Assert.Equal(
            (layers.EncoderMacs, manifest.Cuts[Cut].TrunkMacs, layers.EncoderMacs + manifest.Cuts[Cut].TrunkMacs), Coding("bottleneck,webp", "webp"));

        (double Edge, double Server, double Both) Coding(string codecs, string sent)
        {
            var macs = Macs(codecs, sent);
            return (2 * (macs.EdgeMean - plain.EdgeMean), 2 * (macs.ServerMean - plain.ServerMean), 2 * macs.CodecMean);
        }

        MacsReport Macs(string codecs, string sent)
        {
            var server = new ImageRecord(0, "a", null, 0, "class0", 3, ImageRecord.ServerTier, false, 1, 1, 1, PayloadBytes: 100, sent, Error: null);
            var local = server with { Index = 1, Exit = 0, Tier = ImageRecord.EdgeTier, PayloadBytes = 0, Codec = "" };
            var run = new ClassifyReport("id", "onnx", Gates.Confidence, "", [2, 2, 2], Cut, codecs, 1, null, null, 1, 1, 0, [server, local]);
            return new ReportBuilder(manifest, run, [0, 0]).Build("none", images: null, serverPeakMb: null).Macs;
        }
    }

    [Fact]
    public void Manifests_with_such_as_cannot_be_are_refused()
    {
        var bundle = TestBundles.WithBottleneck();
        Assert.Contains("cut 1 has a bottleneck that lacks a part, or has no rates or more than 4", Refused(good => good with { Rates = [] }), StringComparison.Ordinal);
        Assert.Contains("more than 4", Refused(good => good with { Rates = [.. Enumerable.Repeat(good.Rates[0], 5)] }), StringComparison.Ordinal);
        Assert.Contains("more than 4", Refused(good => good with { Rates = [null!] }), StringComparison.Ordinal);
        Assert.Contains("0 channels inside, expected 1 to 256", Refused(good => good with { Width = 0 }), StringComparison.Ordinal);
        Assert.Contains("cut 1 has an encoder of ", Refused(good => good with { Width = 32 }), StringComparison.Ordinal);
        Assert.Contains("quant: 24 lows, expected 23 for 23x8x8", Refused(good => good with { Channels = 23 }), StringComparison.Ordinal);
        Assert.All([-1, 0, 257, 65_536], channels => Assert.Contains(
            $"{channels} channels, expected 1 to 256", Refused(good => good with { Channels = channels }), StringComparison.Ordinal));

        string Refused(Func<BottleneckDescription, BottleneckDescription> change) => Assert.Throws<PteeFormatException>(() => bundle.With(manifest =>
        {
            var cuts = manifest.Cuts.ToArray();
            cuts[Cut] = cuts[Cut] with { Bottleneck = change(cuts[Cut].Bottleneck!) };
            return manifest with { Cuts = cuts };
        })).Message;
    }

    /// <summary>On the real network and real pictures that come with Ptee: fewer bytes at each step, and the answers that a decoder
    /// knowing nothing would not give.</summary>
    [Fact]
    public async Task Training_teaches_what_the_rest_of_the_network_needs()
    {
        var (first, rates) = await TrainAsync("long", epochs: 8);

        Assert.Equal(2, rates.Length);
        Assert.True(rates[0].MeanBytes > 1.2 * rates[1].MeanBytes, $"{rates[0].MeanBytes} and {rates[1].MeanBytes} bytes");
        Assert.InRange(rates[0].MeanBytes!.Value, 50, 2000);
        var (_, untaught) = await TrainAsync("short", epochs: 1);
        Assert.True(rates[0].Lost < 0.7 * untaught[0].Lost, $"{rates[0].Lost} and {untaught[0].Lost} lost");
        Assert.All(first.Values, weight => Assert.All(weight.Values, value => Assert.True(float.IsFinite(value))));
    }

    [Fact]
    public async Task A_training_that_was_stopped_goes_on_as_if_it_had_not_been()
    {
        var (straight, _) = await TrainAsync("straight", epochs: 2);

        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAsync<OperationCanceledException>(() => TrainAsync("stopped", epochs: 2, progress: new StopAfterEpochs(stop), cancellationToken: stop.Token));
        torch.random.manual_seed(99); // Another process would not know where the first one's noise stood.
        var (resumed, _) = await TrainAsync("stopped", epochs: 2);

        Assert.Equal(straight.Keys.Order(), resumed.Keys.Order());
        Assert.All(straight, weight => Assert.Equal(weight.Value.Values, resumed[weight.Key].Values));
    }

    [Fact]
    public async Task Bytes_that_weigh_more_are_fewer()
    {
        var (_, light) = await TrainAsync("light", epochs: 3, byteWeight: 0);
        var (_, heavy) = await TrainAsync("heavy", epochs: 3, byteWeight: 0.02);

        Assert.True(heavy[0].MeanBytes < 0.7 * light[0].MeanBytes, $"{heavy[0].MeanBytes} and {light[0].MeanBytes} bytes");
    }

    /// <summary>A logistic of location 0 and scale 1: a narrow step at x holds step · e⁻ˣ / (1 + e⁻ˣ)²; all below zero is zero.</summary>
    [Fact]
    public void The_prior_counts_bits_of_a_logistic_cut_off_at_zero()
    {
        using var prior = new LatentPrior(channels: 1);
        using var latent = torch.tensor(new[] { 0f, 1, 2, 0 }, [1, 1, 2, 2]);
        using var steps = torch.full([1, 1, 1, 1], 0.01f);

        using var bytes = prior.Bytes(latent, steps);

        var expected = new[] { 1.0, 2.0 }.Sum(x => -Math.Log2(0.01 * Math.Exp(-x) / Math.Pow(1 + Math.Exp(-x), 2))) + 2;
        Assert.Equal(expected / 8, bytes.ToSingle(), 0.01);
    }

    private async Task<(Dictionary<string, Shared.Weights.Weight> Weights, BottleneckRate[] Rates)> TrainAsync(
        string checkpoint, int epochs, double? byteWeight = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        torch.random.manual_seed(1);
        var bundle = Bundle.Open(Programs.EmbeddedBundle);
        var manifest = bundle.Manifest;
        using var engine = BundleEngines.Open(BundleEngines.Onnx, bundle, threads: 1);
        var network = new BackboneNetwork(Backbones.Build(manifest.Architecture));
        network.SetWeights(Enumerable.Range(0, manifest.SegmentCount).SelectMany(bundle.SegmentWeights).ToDictionary());
        using var exits = new StagedExits(network, new PlacementPlan(
            Placements.At, [.. manifest.Cuts.Zip(manifest.Exits, (cut, exit) => new PlannedExit(cut.Block, exit.Branch, exit.Confidence))]));
        var images = await DataSets.OpenAsync(Programs.EmbeddedImages, cancellationToken: cancellationToken);
        var options = new BottleneckOptions
        {
            Pictures = 300,
            Epochs = epochs,
            BatchSize = 4,
            Mixup = 0,
            Channels = 16,
            Steps = [1, 3],
            DistillationWeight = 0.5,
        };
        options = options with { ByteWeight = byteWeight ?? options.ByteWeight };
        using var networks = new BottleneckNetworks(BottleneckRun.LayersFor(manifest, manifest.DeepestSplit, options.Channels));
        var rates = new BottleneckRun(bundle, engine, exits, manifest.DeepestSplit, options).Train(
            networks, images.Take(500), images.Slice(500, 200), new ExitCheckpoint(_folder[checkpoint]), progress, cancellationToken);
        return (networks.CopyWeights(), rates);
    }

    private static async Task<(int Count, float[] Values)> FeaturesAsync(Bundle bundle, IEngine engine, int images)
    {
        var set = (await DataSets.OpenAsync(EmbeddedAssets.Images)).Take(images);
        var (_, count, input) = new ImageBatches(bundle.Manifest.Preprocessing, set, images).All().Single();
        var never = ExitPolicy.Uniform(Gates.Confidence, ExitPolicy.Never, bundle.Manifest.Exits.Length);
        return (count, new Cascade(bundle.Manifest, engine).Run(0, Cut, count, input, never).Features.ToArray());
    }

    private Bundle Half(Bundle bundle, BundleHalf half)
    {
        var path = _folder[$"{half}.ptee"];
        BundleWriter.Write(bundle, path, half);
        return Bundle.Open(path);
    }

    private static void AssertClose(float[] expected, float[] actual) => Assert.All(
        expected.Zip(actual), pair => Assert.True(
            Math.Abs(pair.First - pair.Second) <= 1e-4 * Math.Max(1, Math.Abs(pair.First)), $"{pair.First} and {pair.Second}"));
}
