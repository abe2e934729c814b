using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Training.ExitTraining;
using static TorchSharp.torch;

namespace Ptee.Tests.ExitTraining;

/// <summary>Equations 2 to 4 of PTEENet on numbers worked out by hand.</summary>
public sealed class ExitLossesTests
{
    private const float Sure = 40; // sigmoid(40) is 1 in single precision.

    public ExitLossesTests() => TorchRuntime.Initialize(threads: 1);

    [Fact]
    public void The_cost_follows_the_recursion_on_C_and_not_the_printed_equation_3()
    {
        // h = (0.5, 0.5), c = (0.2, 0.6, 1): C_1 = 0.8, C_0 = 0.5; read literally, equation 3 would give C_0 = 0.4.
        var withCost = Loss(lambda: 1, [0, 0]);
        var without = Loss(lambda: 0, [0, 0]);

        Assert.Equal(0.8 + 0.5, withCost - without, 1e-5);
    }

    [Fact]
    public void With_all_heads_sure_only_the_first_branch_and_its_cost_count()
    {
        // Y_0 = y_0 and Y_1 = y_1, each an even guess between two classes.
        Assert.Equal(2 * Math.Log(2), Loss(lambda: 0, [Sure, Sure]), 1e-4);
        Assert.Equal(0.2 + 0.6, Loss(lambda: 1, [Sure, Sure]) - Loss(lambda: 0, [Sure, Sure]), 1e-5);
    }

    [Fact]
    public void With_no_head_sure_the_backbone_answers_at_full_cost()
    {
        // Y_0 = Y_1 = y_N, which gives its own arg-max nearly all of the probability.
        Assert.Equal(0, Loss(lambda: 0, [-Sure, -Sure]), 1e-4);
        Assert.Equal(2, Loss(lambda: 1, [-Sure, -Sure]), 1e-4);
    }

    [Fact]
    public void Outermost_is_the_first_branch_s_term_alone()
    {
        // C_0 = 0.5 as above; the mixture gives the backbone's class 0.5 · 0.5 + 0.5 · (0.5 · 0.5 + 0.5 · 1) = 0.625.
        Assert.Equal(0.5, Loss(1, [0, 0], ExitLosses.Outermost) - Loss(0, [0, 0], ExitLosses.Outermost), 1e-5);
        Assert.Equal(-Math.Log(0.625), Loss(0, [0, 0], ExitLosses.Outermost), 1e-4);
    }

    [Fact]
    public void Soft_labels_of_a_backbone_that_is_certain_are_its_hard_ones() =>
        Assert.Equal(Loss(0.9, [0, 1]), Loss(0.9, [0, 1], soft: 1), 1e-4);

    [Fact]
    public void A_certain_mistake_gives_a_finite_loss()
    {
        using var scope = NewDisposeScope();
        var batch = new ExitBatch(tensor(new float[] { 100, -100 }, [1, 2]), [tensor(new float[] { -100, 100 }, [1, 2])], [tensor([100f])], [0.2, 1]);

        Assert.True(float.IsFinite(ExitLosses.Get(new() { Loss = ExitLosses.Paper, Lambda = 1 })(batch).item<float>()));
    }

    [Fact]
    public void An_unknown_loss_is_answered_with_the_known_ones() => Assert.Equal(
        "unknown loss 'x'; known: heads, independent, outermost, paper, sequential",
        Assert.Throws<PteeFormatException>(() => ExitLosses.Get(new() { Loss = "x" })).Message);

    /// <summary>Two branches that guess evenly between two classes; the backbone is sure of the first.</summary>
    private static double Loss(double lambda, float[] confidences, string loss = ExitLosses.Paper, double soft = 0)
    {
        using var scope = NewDisposeScope();
        var even = zeros(4, 2);
        var backbone = tensor(new float[] { 20, -20 }).expand(4, 2);
        var batch = new ExitBatch(backbone, [even, even], [.. confidences.Select(h => full([4], h))], [0.2, 0.6, 1]);
        return ExitLosses.Get(new() { Loss = loss, Lambda = lambda, Soft = soft })(batch).item<float>();
    }
}
