using Ptee.Shared.Features;

namespace Ptee.Shared.Architectures;

/// <summary>MobileNetV2 of width 1.0 for small pictures: the stem and the second stage keep the resolution.</summary>
/// <remarks>Source: Sandler et al. 2018, arXiv:1801.04381, table 2; keys as torchvision names them.</remarks>
internal sealed record MobileNetV2Spec : IBackboneSpec
{
    private const int Stem = 32;
    private const int Last = 1280;
    private const float Ceiling = 6;

    private static readonly Stage[] Stages =
    [
        new(Expansion: 1, Channels: 16, Blocks: 1, Stride: 1),
        new(Expansion: 6, Channels: 24, Blocks: 2, Stride: 1),
        new(Expansion: 6, Channels: 32, Blocks: 3, Stride: 2),
        new(Expansion: 6, Channels: 64, Blocks: 4, Stride: 2),
        new(Expansion: 6, Channels: 96, Blocks: 3, Stride: 1),
        new(Expansion: 6, Channels: 160, Blocks: 3, Stride: 2),
        new(Expansion: 6, Channels: 320, Blocks: 1, Stride: 1),
    ];

    public IReadOnlyList<string> Shortcuts => [""];

    public IReadOnlyList<Block> Build(Architecture architecture)
    {
        var list = new BlockList(new FeatureShape(3, architecture.InputSize, architecture.InputSize));
        list.Add(
            "stem",
            Row.Of(("features.0.0", new Conv(3, Stem, 3, Padding: 1)), ("features.0.1", new BatchNorm(Stem)), ("", new Relu(Ceiling))),
            canCut: false);
        var number = 1;
        foreach (var (index, stage) in Stages.Index())
        {
            for (var i = 0; i < stage.Blocks; i++)
            {
                var block = InvertedResidual(list.Out.Channels, stage.Channels, i == 0 ? stage.Stride : 1, stage.Expansion);
                list.Add($"s{index + 1}b{i + 1}", Row.Of(($"features.{number}.conv", block)), canCut: true);
                number++;
            }
        }

        list.Add(
            "head",
            Row.Of(
                ($"features.{number}.0", new Conv(list.Out.Channels, Last, 1)),
                ($"features.{number}.1", new BatchNorm(Last)),
                ("", new Relu(Ceiling)),
                ("", new GlobalAveragePool()),
                ("classifier.1", new Linear(Last, architecture.Classes))),
            canCut: false);
        return list.Blocks;
    }

    private static Layer InvertedResidual(int channelsIn, int channelsOut, int stride, int expansion)
    {
        var hidden = channelsIn * expansion;
        var parts = new List<Named>();
        var number = 0;
        if (expansion > 1)
        {
            Append(new Conv(channelsIn, hidden, 1));
        }

        Append(new Conv(hidden, hidden, 3, stride, Padding: 1, Groups: hidden));
        parts.Add(new Named($"{number}", new Conv(hidden, channelsOut, 1)));
        parts.Add(new Named($"{number + 1}", new BatchNorm(channelsOut)));
        var body = new Row(parts);
        return stride == 1 && channelsIn == channelsOut ? new Residual(body, Shortcut: null, Rectified: false) : body;

        void Append(Conv conv)
        {
            parts.Add(new Named($"{number}.0", conv));
            parts.Add(new Named($"{number}.1", new BatchNorm(conv.Out)));
            parts.Add(new Named("", new Relu(Ceiling)));
            number++;
        }
    }

    private sealed record Stage(int Expansion, int Channels, int Blocks, int Stride);
}
