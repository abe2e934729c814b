using System.Buffers;
using Ptee.Data;
using Ptee.Engines;
using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features.Quant;
using Ptee.Shared.Inference;
using Ptee.Tests.EndToEnd;
using Ptee.Training.Codecs;
using Ptee.Training.ExitTraining;
using Ptee.Training.Placement;

namespace Ptee.Tests.Codecs;

/// <summary>On the real network and real pictures that come with Ptee.</summary>
[Collection(Alone.Name)]
public sealed class CodecCalibratorTests : IAsyncLifetime
{
    private readonly Bundle _bundle = Bundle.Open(Programs.EmbeddedBundle);
    private readonly IEngine _engine;
    private readonly StagedExits _exits;
    private ImageSet _images = null!;

    public CodecCalibratorTests()
    {
        TorchRuntime.Initialize(threads: 1);
        _engine = BundleEngines.Open(BundleEngines.Onnx, _bundle, threads: 1);
        var manifest = _bundle.Manifest;
        var network = new BackboneNetwork(Backbones.Build(manifest.Architecture));
        network.SetWeights(Enumerable.Range(0, manifest.SegmentCount).SelectMany(_bundle.SegmentWeights).ToDictionary());
        _exits = new StagedExits(network, new PlacementPlan(
            Placements.At, [.. manifest.Cuts.Zip(manifest.Exits, (cut, exit) => new PlannedExit(cut.Block, exit.Branch, exit.Confidence))]));
    }

    public async ValueTask InitializeAsync() => _images = (await DataSets.OpenAsync(Programs.EmbeddedImages)).Take(300);

    public ValueTask DisposeAsync()
    {
        _exits.Dispose();
        _engine.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A picture is not sparse: at its cut no quantizer keeps as much, and none is kept.</summary>
    [Fact]
    public void Cuts_where_the_edge_hands_over_get_tables_that_keep_the_answers_or_none()
    {
        const double tolerance = 0.01;

        var outcomes = CodecCalibrator.Run(_bundle, _engine, _exits, _images, tolerance, progress: null, CancellationToken.None);

        var split = _bundle.Manifest.DeepestSplit;
        Assert.Equal(split + 1, outcomes.Count(outcome => outcome is not null));
        Assert.Equal(Backbone.Pixels, _bundle.Manifest.Cuts[0].Block);
        Assert.Null(outcomes[0]!.Tables);
        Assert.InRange(outcomes[0]!.Lost, tolerance, 1);
        Assert.NotNull(outcomes[split]!.Tables);
        Assert.InRange(outcomes[split]!.Lost, -1, tolerance);
        // A byte a value is what there is without it.
        Assert.InRange(outcomes[split]!.MeanBytes, 1, 0.25 * _bundle.Manifest.Cuts[split].Shape.Count);
    }

    [Fact]
    public void Coarser_steps_are_fewer_bytes_and_more_error()
    {
        var features = Features();
        var fitter = new QuantFitter(features);
        var sensitivity = CutSensitivity.Of(_exits, _bundle.Manifest.DeepestSplit, features);

        var results = new[] { 0.3, 0.8, 2 }.Select(coarseness => Code(features, fitter.Fit(fitter.Steps(coarseness, sensitivity)))).ToArray();

        Assert.True(results[0].Bytes > 1.5 * results[1].Bytes && results[1].Bytes > 1.5 * results[2].Bytes, string.Join(' ', results));
        Assert.True(results[0].Error < results[1].Error && results[1].Error < results[2].Error, string.Join(' ', results));
    }

    /// <summary>Tables whose prediction is taken away: what neighbours say is worth bytes.</summary>
    [Fact]
    public void Contexts_save_bytes()
    {
        var features = Features();
        var fitter = new QuantFitter(features);
        var sensitivity = CutSensitivity.Of(_exits, _bundle.Manifest.DeepestSplit, features);
        var tables = fitter.Fit(fitter.Steps(1, sensitivity));
        var blind = fitter.Fit(fitter.Steps(1, sensitivity), contexts: 1);

        Assert.InRange(Code(features, tables).Bytes, 1, 0.92 * Code(features, blind).Bytes);
    }

    /// <summary>On pictures that the tables were not fitted to.</summary>
    [Fact]
    public void What_is_around_a_value_says_where_in_its_step_it_lies()
    {
        var all = Features();
        var size = all.Shape.Count;
        var (seen, unseen) = (all.Count / 2, all.Count - (all.Count / 2));
        var fitter = new QuantFitter(all with { Values = all.Values[..(seen * size)], Classes = all.Classes[..seen] });
        var others = all with { Values = all.Values[^(unseen * size)..], Classes = all.Classes[^unseen..] };
        var steps = fitter.Steps(1, CutSensitivity.Of(_exits, _bundle.Manifest.DeepestSplit, all));

        var (plain, refined) = (Code(others, fitter.Fit(steps)), Code(others, fitter.Fit(steps, refine: true)));

        Assert.InRange(refined.Bytes, 0.99 * plain.Bytes, 1.01 * plain.Bytes);
        Assert.InRange(refined.Error, 0, 0.92 * plain.Error);
    }

    /// <summary>The same error, in the channels that are said to matter and in those that are said not to.</summary>
    [Fact]
    public void Sensitive_channels_are_those_where_errors_change_answers()
    {
        var (manifest, cut) = (_bundle.Manifest, _bundle.Manifest.DeepestSplit);
        var features = Features();
        var sensitivity = CutSensitivity.Of(_exits, cut, features);
        var order = Enumerable.Range(0, sensitivity.Length).OrderBy(channel => sensitivity[channel]).ToArray();
        var never = ExitPolicy.Uniform(Gates.Confidence, ExitPolicy.Never, manifest.Exits.Length);

        var insensitive = features.Agreeing(manifest, _engine, never, cut, Disturbed(features, [.. order.Take(order.Length / 4)]));
        var sensitive = features.Agreeing(manifest, _engine, never, cut, Disturbed(features, [.. order.TakeLast(order.Length / 4)]));

        Assert.True(sensitive < insensitive, $"{sensitive} and {insensitive} of {features.Count} agree");
    }

    private HardFeatures Features()
    {
        var (_, policy) = _bundle.Manifest.PolicyOf("lossless", threshold: null);
        return HardFeatures.Of(_bundle.Manifest, _engine, policy, _bundle.Manifest.DeepestSplit, _images, progress: null, CancellationToken.None);
    }

    private static float[] Disturbed(HardFeatures features, int[] channels)
    {
        var random = new Random(1);
        float[] values = [.. features.Values];
        var plane = features.Shape.Height * features.Shape.Width;
        for (var i = 0; i < values.Length; i++)
        {
            if (channels.Contains(i % features.Shape.Count / plane))
            {
                values[i] += random.NextSingle() - 0.5f;
            }
        }

        return values;
    }

    private static (double Bytes, double Error) Code(HardFeatures features, QuantTables tables)
    {
        var codec = new QuantCodec(features.Shape, tables);
        var decoded = new float[features.Shape.Count];
        var (bytes, error) = (0.0, 0.0);
        for (var image = 0; image < features.Count; image++)
        {
            var payload = new ArrayBufferWriter<byte>();
            codec.Encode(features[image], payload);
            codec.Decode(payload.WrittenSpan, decoded);
            bytes += payload.WrittenCount;
            for (var i = 0; i < decoded.Length; i++)
            {
                error += Math.Pow(decoded[i] - features[image][i], 2);
            }
        }

        return (bytes / features.Count, error / features.Count);
    }
}
