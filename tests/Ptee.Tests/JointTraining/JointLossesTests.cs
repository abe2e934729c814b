using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.Exits;
using Ptee.Training.ExitTraining;
using Ptee.Training.JointTraining;
using static TorchSharp.torch;

namespace Ptee.Tests.JointTraining;

/// <summary>The sums of the relatives that do not freeze, on numbers worked out by hand.</summary>
public sealed class JointLossesTests
{
    private const float Sure = 40; // sigmoid(40) is 1 in single precision.
    private const double BackboneMisses = 40; // Cross-entropy of (20, -20) with the second class.
    private static readonly double EvenGuess = Math.Log(2);

    public JointLossesTests() => TorchRuntime.Initialize(threads: 1);

    [Fact]
    public void Joint_is_every_exit_s_cross_entropy_and_whether_its_class_is_right()
    {
        // An even guess is class 0. Where that is right, a head that is even costs ln 2 and one that is sure nothing.
        Assert.Equal((2 * EvenGuess) + (2 * EvenGuess), Loss(JointLosses.Joint, label: 0, [0, 0]), 1e-5);
        Assert.Equal((2 * EvenGuess) + EvenGuess, Loss(JointLosses.Joint, label: 0, [0, Sure]), 1e-5);
        // Where it is wrong, a head that is sure costs its logit; the backbone's own exit weighs as much as the others.
        Assert.Equal((2 * EvenGuess) + BackboneMisses + EvenGuess + Sure, Loss(JointLosses.Joint, label: 1, [0, Sure]), 1e-4);
    }

    [Fact]
    public void Branchynet_weighs_early_exits_1_and_the_backbone_s_own_0_3_and_knows_no_heads()
    {
        Assert.Equal((2 * EvenGuess) + (0.3 * BackboneMisses), Loss(JointLosses.Branchynet, label: 1, [0, 0]), 1e-4);
        Assert.Equal(Loss(JointLosses.Branchynet, label: 1, [0, 0]), Loss(JointLosses.Branchynet, label: 1, [Sure, -Sure]));
    }

    [Fact]
    public void Eenet_is_equation_4_with_the_true_class_and_the_backbone_s_own_term()
    {
        // h = (0.5, 0.5). Class 0: Y_1 = 0.5 · 0.5 + 0.5 · 1 = 0.75, Y_0 = 0.5 · 0.5 + 0.5 · 0.75 = 0.625.
        Assert.Equal(-Math.Log(0.75) - Math.Log(0.625), Loss(JointLosses.Eenet, label: 0, [0, 0]), 1e-4);
        // Class 1, which the backbone does not say: Y_1 = 0.25, Y_0 = 0.5 · 0.5 + 0.5 · 0.25 = 0.375.
        Assert.Equal(BackboneMisses - Math.Log(0.25) - Math.Log(0.375), Loss(JointLosses.Eenet, label: 1, [0, 0]), 1e-4);
        // c = (0.2, 0.6, 1): C_2 = 1, C_1 = 0.8, C_0 = 0.5.
        Assert.Equal(1 + 0.8 + 0.5, Loss(JointLosses.Eenet, 0, [0, 0], lambda: 1) - Loss(JointLosses.Eenet, 0, [0, 0]), 1e-5);
    }

    [Theory]
    [InlineData(JointLosses.Joint)]
    [InlineData(JointLosses.Branchynet)]
    [InlineData(JointLosses.Eenet)]
    public void The_backbone_learns_from_its_own_answer_even_where_all_leave_early(string loss)
    {
        using var scope = NewDisposeScope();
        var backbone = zeros(4, 2).requires_grad_();

        JointLosses.Get(new() { Loss = loss })(Batch(backbone, [Sure, Sure]), zeros(4, ScalarType.Int64)).backward();

        Assert.True(backbone.grad!.abs().max().item<float>() > 0.01);
    }

    [Fact]
    public void The_relatives_leave_by_their_own_gates()
    {
        Assert.Equal([Gates.Entropy], JointLosses.GatesOf(JointLosses.Branchynet));
        Assert.Equal([Gates.Confidence], JointLosses.GatesOf(JointLosses.Eenet));
    }

    [Fact]
    public void An_unknown_loss_is_answered_with_the_known_ones() => Assert.Equal(
        "unknown loss 'x'; known: branchynet, eenet, joint",
        Assert.Throws<PteeFormatException>(() => JointLosses.Get(new() { Loss = "x" })).Message);

    /// <summary>Two branches that guess evenly between two classes; the backbone is sure of the first.</summary>
    private static double Loss(string loss, long label, float[] confidences, double lambda = 0)
    {
        using var scope = NewDisposeScope();
        var batch = Batch(tensor(new float[] { 20, -20 }).expand(4, 2), confidences);
        return JointLosses.Get(new() { Loss = loss, Lambda = lambda })(batch, full([4], label, ScalarType.Int64)).item<float>();
    }

    private static ExitBatch Batch(Tensor backbone, float[] confidences)
    {
        var even = zeros(4, 2);
        return new ExitBatch(backbone, [even, even], [.. confidences.Select(h => full([4], h))], [0.2, 0.6, 1]);
    }
}
