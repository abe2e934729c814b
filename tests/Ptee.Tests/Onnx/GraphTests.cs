using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Onnx;
using Ptee.Onnx.Graphs;
using Ptee.Shared.Architectures;
using Ptee.Shared.Features;
using static TorchSharp.torch;

namespace Ptee.Tests.Onnx;

public sealed class GraphTests
{
    private const int Count = 3;
    private const double Tolerance = 1e-4; // Of the largest value: other kernels, the same function.

    public GraphTests()
    {
        TorchRuntime.Initialize(threads: 1);
        OnnxRuntime.Initialize(threads: 1);
    }

    public static TheoryData<string, string> Networks => new(
        from name in Backbones.Names
        from shortcut in Backbones.Shortcuts(name).DefaultIfEmpty("")
        select (name, shortcut));

    public static TheoryData<string, string> Kinds => new(
        from branch in Branches.Names
        from head in ConfidenceHeads.Names
        select (branch, head));

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_backbone_says_what_torch_says(string name, string shortcut)
    {
        using var network = new BackboneNetwork(Backbones.Build(new Architecture(name, shortcut, 10, 32)));
        network.SetWeights(SeededWeights.WithStatistics(network.CopyWeights(), seed: 5));
        network.Freeze();
        using var graph = new Graph(BundleGraphs.Blocks(name, network.Backbone, .., network.CopyWeights()));
        var pictures = Values(new FeatureShape(3, 32, 32));
        var logits = new float[Count * 10];

        graph.Run(Count, pictures, logits);

        using var mode = inference_mode();
        using var scope = NewDisposeScope();
        AssertClose(network.Run(tensor(pictures, [Count, 3, 32, 32]), ..), logits);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_exit_says_what_torch_says(string kind, string head)
    {
        var shape = new FeatureShape(16, 16, 16);
        using var branch = new BranchNetwork(Branches.Build(kind, shape, 10, head));
        branch.SetWeights(SeededWeights.WithStatistics(branch.CopyWeights(), seed: 5), kind);
        using var graph = new Graph(BundleGraphs.Exit(kind, branch.Branch, branch.CopyWeights()));
        var features = Values(shape);
        var (logits, confidences) = (new float[Count * 10], new float[Count]);

        graph.Run(Count, features, logits, confidences);

        using var mode = inference_mode();
        using var scope = NewDisposeScope();
        var (expected, confidence) = branch.Run(tensor(features, [Count, 16, 16, 16]));
        AssertClose(expected, logits);
        AssertClose(confidence.sigmoid(), confidences);
    }

    private static float[] Values(FeatureShape shape)
    {
        var random = new Random(9);
        return [.. Enumerable.Range(0, Count * shape.Count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
    }

    private static void AssertClose(Tensor expected, float[] actual)
    {
        var values = expected.contiguous().data<float>().ToArray();
        Assert.Equal(values.Length, actual.Length);
        var scale = Math.Max(1, values.Max(Math.Abs));
        Assert.All(values.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, Tolerance * scale));
    }
}
