using Ptee.Data;
using Ptee.Shared.Exits;
using Ptee.Training.Evaluation;

namespace Ptee.Tests.Evaluation;

public sealed class BudgetAccuracyTests
{
    private static readonly ImageSet Labelled = new("three", 1, new byte[9], [1, 1, 2]);
    private static readonly double[] Costs = [0.2, 1];

    [Fact]
    public void The_mean_is_the_area_that_counting_by_hand_gives()
    {
        // One exit, sure of images 0 and 1, where it is right, and unsure of image 2, where it is wrong. The backbone is right.
        var accuracy = BudgetAccuracy.Of(Table([.95f, .9f, .1f]), Labelled, Costs, Costs, [Gates.Confidence]);

        // At cost 0.2 all leave: 2 of 3 right. From (0.2 + 0.2 + 1) / 3 on image 2 stays: all right. Of the 101 budgets
        // 0.200, 0.208, … 1.000 the first 34 are below that.
        Assert.Equal(((34 * 2.0 / 3) + 67) / 101, accuracy.Mean, 12);
        Assert.Equal([2.0 / 3, 1], accuracy.Exits, (expected, actual) => Math.Abs(expected - actual) < 1e-12);
    }

    [Fact]
    public void A_better_gate_counts_and_a_worse_one_does_no_harm()
    {
        var table = Table([.95f, .9f, .1f], other: [.1f, .9f, .95f]);

        var confidence = BudgetAccuracy.Of(table, Labelled, Costs, Costs, [Gates.Confidence]).Mean;
        var entropy = BudgetAccuracy.Of(table, Labelled, Costs, Costs, [Gates.Entropy]).Mean;

        Assert.True(entropy < confidence);
        Assert.Equal(confidence, BudgetAccuracy.Of(table, Labelled, Costs, Costs, [Gates.Entropy, Gates.Confidence]).Mean);
    }

    private static ExitTable Table(float[] scores, float[]? other = null) => new(
        [[1, 1, 0], [1, 1, 2]],
        new Dictionary<string, float[][]> { [Gates.Confidence] = [scores], [Gates.Entropy] = [other ?? scores] });
}
