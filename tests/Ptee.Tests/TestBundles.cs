using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;
using Ptee.Shared.Preprocessing;
using Ptee.Training.Bundling;
using Ptee.Training.Calibration;
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
        seed, deepestSplit: 1, new(3, Branches.StridedLight), new(5, Branches.StridedLight), new(7, Branches.StridedLight));

    /// <summary>The same network with its first exit on the picture; the edge may hand over at every cut.</summary>
    public static Bundle WithPixels() => Build(
        seed: 1, deepestSplit: 2, new(Backbone.Pixels, Branches.Pixels), new(3, Branches.StridedLight), new(5, Branches.StridedLight));

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

    private static Bundle Build(int seed, int deepestSplit, params PlannedExit[] exits)
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
            Calibration(backbone.Backbone, plan, deepestSplit), Unknown);
    }

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
