using Ptee.Shared.Features;

namespace Ptee.Shared.Architectures;

/// <summary>Everything that tells one CIFAR-style ResNet from another. The code that builds them has no variants.</summary>
/// <param name="BlocksPerStage">Residual blocks at each of the three resolutions; depth = 6n + 2.</param>
/// <param name="Width">Channels of the first stage; doubled at each halving of the resolution.</param>
/// <remarks>Source: He et al. 2015, arXiv:1512.03385, section 4.2.</remarks>
internal sealed record ResNetSpec(int BlocksPerStage, int Width = 16) : IBackboneSpec
{
    private const int Stages = 3;

    public IReadOnlyList<string> Shortcuts => ["B", "A"];

    public IReadOnlyList<Block> Build(Architecture architecture)
    {
        var list = new BlockList(new FeatureShape(3, architecture.InputSize, architecture.InputSize));
        list.Add(
            "stem",
            Row.Of(("conv1", new Conv(3, Width, 3, Padding: 1)), ("bn1", new BatchNorm(Width)), ("", new Relu())),
            canCut: false);
        for (var stage = 1; stage <= Stages; stage++)
        {
            for (var index = 0; index < BlocksPerStage; index++)
            {
                var stride = stage > 1 && index == 0 ? 2 : 1;
                var basic = Basic(list.Out.Channels, Width << (stage - 1), stride, architecture.Shortcut);
                list.Add($"s{stage}b{index + 1}", Row.Of(($"layer{stage}.{index}", basic)), canCut: true);
            }
        }

        list.DoNotCutHere(); // All that would be left is a pool and one small layer.
        list.Add(
            "head",
            Row.Of(("", new GlobalAveragePool()), ("linear", new Linear(list.Out.Channels, architecture.Classes))),
            canCut: false);
        return list.Blocks;
    }

    private static Residual Basic(int channelsIn, int channelsOut, int stride, string shortcut) =>
        new(
            Row.Of(
                ("conv1", new Conv(channelsIn, channelsOut, 3, stride, Padding: 1)),
                ("bn1", new BatchNorm(channelsOut)),
                ("", new Relu()),
                ("conv2", new Conv(channelsOut, channelsOut, 3, Padding: 1)),
                ("bn2", new BatchNorm(channelsOut))),
            (stride, channelsIn == channelsOut, shortcut) switch
            {
                (1, true, _) => null,
                (_, _, "A") => new Named("shortcut", new PadShortcut(channelsIn, channelsOut, stride)),
                _ => new Named("shortcut", Row.Of(
                    ("0", new Conv(channelsIn, channelsOut, 1, stride)), ("1", new BatchNorm(channelsOut)))),
            });
}
