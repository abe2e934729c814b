using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;
using Ptee.Shared.Preprocessing;
using Ptee.Shared.Profiling;
using Ptee.Shared.Weights;

namespace Ptee.Shared.Tests.Bundles;

/// <summary>Whole bundles whose weights mean nothing: enough for everything about the file.</summary>
internal static class PlainBundles
{
    private static readonly Provenance Nowhere = new("a test", "", "MIT", "", 1, "", "test");

    public static Manifest Manifest() => Manifest(new Architecture("resnet20", "A", 10, 32), 3, 5);

    /// <param name="blocks">Those with an exit after them.</param>
    public static Manifest Manifest(Architecture architecture, params int[] blocks)
    {
        var backbone = Backbones.Build(architecture);
        var profile = BackboneProfile.Of(backbone);
        var point = new OperatingPoint(OperatingPoint.Accurate, Gates.Confidence, [0.5f, 0.5f], 0.97, 0.6, [0.2, 0.3, 0.5]);
        return new Manifest(
            Shared.Bundles.Manifest.CurrentVersion,
            architecture,
            new string('0', 64),
            profile.Macs,
            PreprocessingSpec.ImageNet(32),
            [.. Enumerable.Range(0, 10).Select(i => $"class{i}")],
            [.. blocks.Select(block => new CutDescription(
                block, backbone.Blocks[block].Name, backbone.Blocks[block].Out, profile.TrunkMacs(block), FeatureCodecs.UInt8,
                [.. Enumerable.Repeat(new ClipRange(0, 4), backbone.Blocks[block].Out.Channels)]))],
            [.. blocks.Select(block => new ExitDescription(
                backbone.Blocks[block].Name, "conv1", ConfidenceHeads.Linear, Branches.Build("conv1", backbone.Blocks[block].Out, 10).Macs))],
            DeepestSplit: 0,
            [point],
            [point],
            Nowhere,
            Nowhere,
            Entries: []);
    }

    public static Bundle Create(Manifest? manifest = null) => BundleWriter.Create(
        "test", manifest ?? Manifest(), [Weights(1), Weights(2), Weights(3)], [Weights(4), Weights(5)]);

    private static Dictionary<string, Weight> Weights(float value) => new() { ["weight"] = new Weight([2, 2], [value, 0, 1, 2]) };
}
