using Ptee.Shared.Features;

namespace Ptee.Shared.Architectures;

/// <summary>Everything that tells one VGG with batch norm for small pictures from another.</summary>
/// <param name="ConvsPerStage">Convolutions before each of the five pools.</param>
/// <remarks>
/// Source: Simonyan and Zisserman 2014, arXiv:1409.1556, table 1 (D, E), with the classifier of 512 units that is usual
/// for 32×32. Cut points only after a pool (PTEENet, arXiv:2501.02508). Dropout is the identity in a frozen backbone and
/// is left out; the keys' numbers count it, as PyTorch's do.
/// </remarks>
internal sealed record VggSpec(params int[] ConvsPerStage) : IBackboneSpec
{
    private const int Widest = 512;
    private const int Hidden = 512;

    public IReadOnlyList<string> Shortcuts => [""];

    /// <inheritdoc/>
    public int SmallestInput => 1 << ConvsPerStage.Length; // Each stage halves.

    public IReadOnlyList<Block> Build(Architecture architecture)
    {
        // PyTorch's pools drop an odd row. Where the network's own pictures give none, keeping it changes nothing there, and
        // lets training show smaller crops: of 24 rows 24, 12, 6, 3, 2, 1 are left.
        var pool = new MaxPool(2, KeepsRest: architecture.InputSize % SmallestInput == 0);
        var list = new BlockList(new FeatureShape(3, architecture.InputSize, architecture.InputSize));
        var number = 0; // Of the module in PyTorch's Sequential "features".
        for (var stage = 0; stage < ConvsPerStage.Length; stage++)
        {
            var parts = new List<Named>();
            var channels = list.Out.Channels;
            var width = Math.Min(64 << stage, Widest);
            for (var i = 0; i < ConvsPerStage[stage]; i++)
            {
                parts.Add(new Named($"features.{number}", new Conv(channels, width, 3, Padding: 1, Bias: true)));
                parts.Add(new Named($"features.{number + 1}", new BatchNorm(width)));
                parts.Add(new Named("", new Relu()));
                (channels, number) = (width, number + 3);
            }

            parts.Add(new Named("", pool));
            number++;
            list.Add($"pool{stage + 1}", new Row(parts), canCut: true);
        }

        list.Add(
            "head",
            Row.Of(
                ("", new Flatten()),
                ("classifier.1", new Linear(list.Out.Count, Hidden)),
                ("", new Relu()),
                ("classifier.4", new Linear(Hidden, Hidden)),
                ("", new Relu()),
                ("classifier.6", new Linear(Hidden, architecture.Classes))),
            canCut: false);
        return list.Blocks;
    }
}
