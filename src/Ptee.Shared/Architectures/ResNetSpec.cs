using Ptee.Shared.Features;

namespace Ptee.Shared.Architectures;

/// <summary>Everything that tells one CIFAR-style ResNet from another. The code that builds them has no variants.</summary>
/// <param name="BlocksPerStage">Residual blocks at each of the three resolutions; depth = 6n + 2.</param>
/// <param name="Width">Channels of the first stage; doubled at each halving of the resolution.</param>
/// <remarks>Source: He et al. 2015, arXiv:1512.03385, section 4.2.</remarks>
internal sealed record ResNetSpec(int BlocksPerStage, int Width = 16)
{
    private const int Stages = 3;

    public IReadOnlyList<Block> Build(Architecture architecture)
    {
        var size = architecture.InputSize;
        var blocks = new List<Block>
        {
            new("stem", Row.Of(("conv1", new Conv(3, Width, 3, Padding: 1)), ("bn1", new BatchNorm(Width)), ("", new Relu())),
                new FeatureShape(3, size, size), new FeatureShape(Width, size, size), CanCut: false),
        };
        for (var stage = 1; stage <= Stages; stage++)
        {
            for (var index = 0; index < BlocksPerStage; index++)
            {
                var stride = stage > 1 && index == 0 ? 2 : 1;
                var into = blocks[^1].Out;
                var channels = Width << (stage - 1);
                var output = new FeatureShape(channels, (into.Height - 1) / stride + 1, (into.Width - 1) / stride + 1);
                var body = Row.Of(($"layer{stage}.{index}", Basic(into.Channels, channels, stride, architecture.Shortcut)));
                blocks.Add(new Block($"s{stage}b{index + 1}", body, into, output, CanCut: true));
            }
        }

        var last = blocks[^1].Out;
        // The last residual block cannot be cut after: all that would be left is a pool and one small layer.
        blocks[^1] = blocks[^1] with { CanCut = false };
        blocks.Add(new Block(
            "head",
            Row.Of(("", new GlobalAveragePool()), ("linear", new Linear(last.Channels, architecture.Classes))),
            last,
            new FeatureShape(architecture.Classes, 1, 1),
            CanCut: false));
        return blocks;
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
