using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Shared.Architectures;
using Ptee.Shared.Features;
using Ptee.Shared.Weights;
using static TorchSharp.torch;

namespace Ptee.Tests.Model;

public sealed class BatchNormFoldingTests
{
    private const double Tolerance = 1e-4; // Of the largest value: the same sums in another order.

    public BatchNormFoldingTests() => TorchRuntime.Initialize(threads: 1);

    public static TheoryData<string> Names => new(Backbones.Names);

    public static TheoryData<string> Kinds => new(Branches.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_folded_backbone_says_the_same_at_every_block(string name)
    {
        using var network = new BackboneNetwork(
            Backbones.Build(new Architecture(name, Backbones.Shortcuts(name)[^1], 10, 32)));
        network.SetWeights(SeededWeights.WithStatistics(network.CopyWeights(), seed: 5));
        network.Freeze();
        using var folded = network.Fold();
        using var mode = inference_mode();
        using var scope = NewDisposeScope();
        var x = Pictures(2, new FeatureShape(3, 32, 32));
        for (var block = 0; block < network.Backbone.Blocks.Count; block++)
        {
            var expected = network.Run(x, block..(block + 1));
            AssertClose(expected, folded.Run(x, block..(block + 1)));
            x = expected;
        }

        Assert.True(folded.CopyWeights().Count < network.CopyWeights().Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_folded_branch_says_the_same(string kind)
    {
        var shape = new FeatureShape(16, 16, 16);
        using var branch = new BranchNetwork(Branches.Build(kind, shape, 10, ConfidenceHeads.Sorted));
        branch.SetWeights(SeededWeights.WithStatistics(branch.CopyWeights(), seed: 5), kind);
        using var folded = branch.Fold();
        using var mode = inference_mode();
        using var scope = NewDisposeScope();
        var x = Pictures(2, shape);

        var (logits, confidence) = branch.Run(x);
        var (foldedLogits, foldedConfidence) = folded.Run(x);

        AssertClose(logits, foldedLogits);
        AssertClose(confidence, foldedConfidence);
    }

    [Fact]
    public void Only_a_norm_that_follows_a_convolution_is_folded()
    {
        var row = Row.Of(
            ("first", new BatchNorm(1)), ("conv", new Conv(1, 1, 1)), ("second", new BatchNorm(1)));
        var weights = new Dictionary<string, Weight> { ["conv.weight"] = new([1, 1, 1, 1], [3]) };
        foreach (var (key, first, second) in new[] { ("weight", 1f, 4f), ("bias", 0, 5), ("running_mean", 0, 6), ("running_var", 1, 4 - 1e-5f) })
        {
            weights[$"first.{key}"] = new([1], [first]);
            weights[$"second.{key}"] = new([1], [second]);
        }

        var (folded, result) = BatchNormFolding.Fold(row, "", weights);

        Assert.Equal([new Named("first", new BatchNorm(1)), new Named("conv", new Conv(1, 1, 1, Bias: true))], folded.Parts);
        Assert.Equal(3f * 4 / 2, result["conv.weight"].Values[0], 4);
        Assert.Equal((-6f * 4 / 2) + 5, result["conv.bias"].Values[0], 4);
        Assert.Equal(6, result.Count);
    }

    private static Tensor Pictures(int count, FeatureShape shape)
    {
        var random = new Random(9);
        return tensor(
            Enumerable.Range(0, count * shape.Count).Select(_ => (float)((random.NextDouble() * 2) - 1)).ToArray(),
            [count, shape.Channels, shape.Height, shape.Width]);
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        var scale = Math.Max(1, expected.abs().max().item<float>());
        Assert.InRange((expected - actual).abs().max().item<float>() / scale, 0, Tolerance);
    }
}
