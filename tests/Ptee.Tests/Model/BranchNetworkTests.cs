using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Features;
using Ptee.Shared.Weights;
using static TorchSharp.torch;

namespace Ptee.Tests.Model;

public sealed class BranchNetworkTests
{
    private static readonly FeatureShape Shape = new(16, 16, 16);

    public BranchNetworkTests() => TorchRuntime.Initialize(threads: 1);

    public static TheoryData<string, string> Kinds => new(
        from branch in Branches.Names
        from head in ConfidenceHeads.Names
        select (branch, head));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_gives_its_logits_and_has_the_parameters_that_are_counted(string kind, string head)
    {
        using var network = new BranchNetwork(Branches.Build(kind, Shape, 10, head));
        using var scope = NewDisposeScope();

        var (logits, confidence) = network.Run(randn(4, Shape.Channels, Shape.Height, Shape.Width));

        Assert.Equal([4, 10], logits.shape);
        Assert.Equal([4], confidence.shape);
        Assert.Equal(network.Branch.Parameters, Learned(network));
    }

    [Fact]
    public void A_class_means_head_is_surest_of_the_class_whose_mean_is_nearest()
    {
        using var network = new BranchNetwork(Branches.Build("pool", Shape, 10, ConfidenceHeads.ClassMeans));
        using var scope = NewDisposeScope();
        // Class k's mean is 10 at k; the classifier says what is largest.
        var means = new float[10 * Shape.Channels];
        for (var k = 0; k < 10; k++)
        {
            means[(k * Shape.Channels) + k] = 10;
        }

        var weights = network.CopyWeights();
        weights["confidence.means"] = new Weight([10, Shape.Channels], means);
        weights["classifier.weight"] = new Weight([10, Shape.Channels], means);
        network.SetWeights(weights, "branch");
        var features = zeros(3, Shape.Channels, Shape.Height, Shape.Width);
        features[0, 4] = 10; // On class 4's mean,
        features[1, 4] = 6; // nearer to it than to class 5's,
        features[1, 5] = 5;
        features[2, 12] = 10; // and equally far from all.

        var (logits, confidence) = network.Run(features);

        Assert.Equal([4, 4], logits.argmax(1).data<long>().ToArray()[..2]);
        var scores = confidence.data<float>().ToArray();
        Assert.True(scores[0] > scores[1] && scores[1] > scores[2], string.Join(' ', scores));
    }

    [Fact]
    public void A_sorted_head_begins_as_the_largest_probability()
    {
        using var network = NewSorted();
        using var scope = NewDisposeScope();
        var (logits, confidence) = network.Run(randn(32, Shape.Channels, Shape.Height, Shape.Width));

        Assert.True(allclose(logits.softmax(1).amax([1]), confidence.sigmoid(), atol: 1e-5));
    }

    [Fact]
    public void A_sorted_head_teaches_the_rest_of_the_branch_nothing()
    {
        using var network = NewSorted();
        network.SetWeights(SeededWeights.Like(network.CopyWeights(), seed: 1), "branch");
        using var scope = NewDisposeScope();
        network.Run(randn(8, Shape.Channels, Shape.Height, Shape.Width)).Confidence.sum().backward();

        var taught = network.Parameters.Where(parameter => parameter.grad is { } grad && grad.abs().sum().item<float>() > 0);
        Assert.Equal(4, taught.Count()); // Two layers of the head, weight and bias.
    }

    [Fact]
    public void An_unknown_head_is_answered_with_the_known_ones() => Assert.Equal(
        "unknown confidence head 'x'; known: class-means, linear, sorted",
        Assert.Throws<PteeFormatException>(() => Branches.Build("conv1", Shape, 10, "x")).Message);

    /// <summary>What is counted as parameters: all that training or fitting sets.</summary>
    private static long Learned(BranchNetwork network) => network.CopyWeights()
        .Where(entry => !entry.Key.Contains("running", StringComparison.Ordinal)).Sum(entry => (long)entry.Value.Values.Length);

    private static BranchNetwork NewSorted() => new(Branches.Build(Branches.StridedLight, Shape, 10, ConfidenceHeads.Sorted));
}
