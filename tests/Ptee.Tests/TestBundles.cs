using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;
using Ptee.Shared.Features.Quant;
using Ptee.Shared.Preprocessing;
using Ptee.Shared.Weights;
using Ptee.Training.Bundling;
using Ptee.Training.Calibration;
using Ptee.Training.Codecs.Bottlenecks;
using Ptee.Training.Folders;
using Ptee.Training.Placement;

namespace Ptee.Tests;

/// <summary>
/// Small whole bundles with seeded random weights: enough for everything that does not ask whether answers are right.
/// </summary>
internal static class TestBundles
{
    public static readonly string[] Labels = [.. Enumerable.Range(0, 10).Select(i => $"class{i}")];

    /// <summary>ResNet-20 with three cuts; the edge may hand over at cuts 0 and 1.</summary>
    public static Bundle Random(int seed = 1) => Build(
        seed, deepestSplit: 1, bottleneck: null, new(3, Branches.StridedLight), new(5, Branches.StridedLight), new(7, Branches.StridedLight));

    /// <summary>The same network with its first exit on the picture; the edge may hand over at every cut.</summary>
    public static Bundle WithPixels() => Build(
        seed: 1, deepestSplit: 2, bottleneck: null, new(Backbone.Pixels, Branches.Pixels), new(3, Branches.StridedLight), new(5, Branches.StridedLight));

    /// <summary>ResNet-20 whose second cut has a bottleneck of two rates, which is used unless another codec is asked for.</summary>
    public static Bundle WithBottleneck()
    {
        const int block = 5, channels = 24, seed = 2;
        var backbone = Backbones.Build(new Architecture("resnet20", "A", 10, 32));
        var layers = Bottleneck.After(backbone, block, width: 24, channels);
        using var networks = new BottleneckNetworks(layers);
        networks.SetWeights(SeededWeights.Like(networks.CopyWeights(), seed));
        return Build(
            seed: 1, deepestSplit: 1,
            new TrainedBottleneck(
                block, new BottleneckDescription(
                    layers.Width, channels, [Even(layers.Latent, 16, 0.1f), Even(layers.Latent, 8, 0.2f)],
                    Unknown with { Sha256 = TrainedBottleneck.Fingerprint(networks.CopyNetworks()) }),
                FeatureCodecs.Bottleneck(0), networks.CopyNetworks()),
            new(3, Branches.StridedLight), new(5, Branches.StridedLight), new(7, Branches.StridedLight));
    }

    /// <summary>The same model with other weights in one segment, whatever they are.</summary>
    public static Bundle With(Bundle bundle, int segment, IReadOnlyDictionary<string, Weight> weights)
    {
        var manifest = bundle.Manifest;
        return BundleWriter.Create(
            bundle.Source,
            manifest,
            [.. Enumerable.Range(0, manifest.SegmentCount).Select(other => other == segment ? weights : bundle.SegmentWeights(other))],
            [.. Enumerable.Range(0, manifest.Exits.Length).Select(bundle.ExitWeights)]);
    }

    /// <summary>The same model with one operating point, of these thresholds.</summary>
    public static Bundle At(Bundle bundle, float[] thresholds)
    {
        var manifest = bundle.Manifest;
        return BundleWriter.Create(
            bundle.Source,
            manifest with { Points = [manifest.Points[0] with { Thresholds = thresholds }] },
            [.. Enumerable.Range(0, manifest.SegmentCount).Select(bundle.SegmentWeights)],
            [.. Enumerable.Range(0, manifest.Exits.Length).Select(bundle.ExitWeights)]);
    }

    /// <summary>Levels side by side from 0 up, all equally likely.</summary>
    public static QuantTables Even(FeatureShape shape, int levels, float step)
    {
        var decisions = Math.Min(levels - 1, QuantTables.MostDecisions);
        return new QuantTables(
            levels,
            new float[shape.Channels],
            [.. Enumerable.Repeat(step, shape.Channels)],
            [.. Enumerable.Range(0, shape.Channels * levels).Select(i => i % levels * step)],
            Trade: 0,
            new short[QuantNeighbours.Count(shape.Channels)],
            new int[shape.Channels],
            Contexts: 1,
            Bounds: [],
            [.. Enumerable.Repeat((ushort)(1 << 15), shape.Channels * decisions)]);
    }

    private static Bundle Build(int seed, int deepestSplit, TrainedBottleneck? bottleneck, params PlannedExit[] exits)
    {
        TorchRuntime.Initialize(threads: 1);
        var plan = new PlacementPlan("at", exits);
        using var backbone = new BackboneNetwork(Backbones.Build(new Architecture("resnet20", "A", 10, 32))).Freeze();
        backbone.SetWeights(SeededWeights.Like(backbone.CopyWeights(), seed));
        var description = new BackboneDescription(
            backbone.Backbone.Architecture, PreprocessingSpec.ImageNet(32), Labels, Unknown);
        var branches = plan.Exits.Select(exit =>
        {
            using var branch = new BranchNetwork(exit.BranchOn(backbone.Backbone));
            return SeededWeights.Like(branch.CopyWeights(), seed);
        });
        return BundleBuilder.Build(
            "random.ptee", description, backbone, plan, [.. branches],
            Calibration(backbone.Backbone, plan, deepestSplit), Unknown, bottleneck);
    }

    /// <summary>The same weights with another manifest.</summary>
    public static Bundle With(this Bundle bundle, Func<Manifest, Manifest> change) => BundleWriter.Create(
        "changed.ptee",
        change(bundle.Manifest),
        [.. Enumerable.Range(0, bundle.Manifest.SegmentCount).Select(bundle.SegmentWeights)],
        [.. Enumerable.Range(0, bundle.Manifest.Exits.Length).Select(bundle.ExitWeights)]);

    /// <summary>With a curve from none that leaves early to all that leave at the first exit, and the point in its middle.</summary>
    public static Bundle WithCurve(this Bundle bundle) => bundle.With(manifest =>
    {
        var curve = Enumerable.Range(0, 5).Select(step => manifest.Points[0] with
        {
            Name = "",
            Thresholds = [.. Enumerable.Repeat(step == 0 ? ExitPolicy.Never : 1 - (step / 4f), manifest.Exits.Length)],
            Agreement = 1 - (0.02 * step),
            AllInRatio = 1.1 - (0.2 * step),
        }).ToArray();
        return manifest with { Curve = curve, Points = [curve[2] with { Name = OperatingPoint.Accurate }] };
    });

    private static Provenance Unknown { get; } = new("random weights", "", "MIT", "", 1, "", "test");

    private static CalibrationResult Calibration(Backbone backbone, PlacementPlan plan, int deepestSplit)
    {
        var never = Enumerable.Repeat(ExitPolicy.Never, plan.Exits.Length).ToArray();
        var point = new OperatingPoint(OperatingPoint.Accurate, Gates.MaxProbability, never, 1, 1, [0, 0, 0, 1]);
        return new CalibrationResult(
            "none",
            deepestSplit,
            [.. plan.Exits.Select(exit => Enumerable.Repeat(new ClipRange(0, 8), backbone.ShapeAfter(exit.Block).Channels).ToArray())],
            [point],
            [point],
            Quality: []);
    }
}
