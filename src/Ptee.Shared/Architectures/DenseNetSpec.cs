using Ptee.Shared.Features;

namespace Ptee.Shared.Architectures;

/// <summary>Everything that tells one DenseNet for small pictures from another.</summary>
/// <param name="Growth">Channels that each layer adds.</param>
/// <param name="LayersPerStage">Dense layers between the transitions, which halve channels and resolution.</param>
/// <remarks>
/// Source: Huang et al. 2016, arXiv:1608.06993 (bottleneck and compression 0.5), with a 3×3 stem and no pool before the
/// first stage. Cut points after every dense layer but the last. ReLUs, the transitions' pools and the last pool are
/// functions in the published code and so count nothing (PTEENet, arXiv:2501.02508).
/// </remarks>
internal sealed record DenseNetSpec(int Growth, params int[] LayersPerStage) : IBackboneSpec
{
    private const int Bottleneck = 4;

    public IReadOnlyList<string> Shortcuts => [""];

    private static Relu Rectified => new(Counted: false);

    public IReadOnlyList<Block> Build(Architecture architecture)
    {
        var list = new BlockList(new FeatureShape(3, architecture.InputSize, architecture.InputSize));
        list.Add("stem", Row.Of(("conv1", new Conv(3, 2 * Growth, 3, Padding: 1))), canCut: false);
        for (var stage = 1; stage <= LayersPerStage.Length; stage++)
        {
            if (stage > 1)
            {
                list.Add($"t{stage - 1}", Row.Of(($"trans{stage - 1}", Transition(list.Out.Channels))), canCut: false);
            }

            for (var layer = 0; layer < LayersPerStage[stage - 1]; layer++)
            {
                list.Add(
                    $"d{stage}l{layer + 1}",
                    Row.Of(($"dense{stage}.{layer}", new Concat(Dense(list.Out.Channels)))),
                    canCut: true);
            }
        }

        list.DoNotCutHere(); // All that would be left is a norm, a pool and one small layer.
        var channels = list.Out.Channels;
        list.Add(
            "head",
            Row.Of(
                ("bn", new BatchNorm(channels)),
                ("", Rectified),
                ("", new GlobalAveragePool(Counted: false)),
                ("linear", new Linear(channels, architecture.Classes))),
            canCut: false);
        return list.Blocks;
    }

    private Row Dense(int channels) => Row.Of(
        ("bn1", new BatchNorm(channels)),
        ("", Rectified),
        ("conv1", new Conv(channels, Bottleneck * Growth, 1)),
        ("bn2", new BatchNorm(Bottleneck * Growth)),
        ("", Rectified),
        ("conv2", new Conv(Bottleneck * Growth, Growth, 3, Padding: 1)));

    private static Row Transition(int channels) => Row.Of(
        ("bn", new BatchNorm(channels)),
        ("", Rectified),
        ("conv", new Conv(channels, channels / 2, 1)),
        ("", new AveragePool(2, Counted: false)));
}
