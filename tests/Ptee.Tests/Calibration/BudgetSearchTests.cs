using CsCheck;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Training.Calibration;
using Ptee.Training.Evaluation;

namespace Ptee.Tests.Calibration;

public sealed class BudgetSearchTests
{
    private const double Rounding = 1e-9; // A limit that is a point's very cost: sums in another order are not to the last bit the same.

    private static readonly double[] AllIn = [0.3, 0.6, 1.2];

    /// <summary>Macs; bytes with a split at the first exit, at the second; milliseconds.</summary>
    private static readonly double[][] Costs = [AllIn, [0, 3072, 3072], [0, 0, 512], [1.5, 1.9, 4.1]];

    /// <summary>Up to the whole of it, and as little as everybody at the first exit.</summary>
    private static readonly Gen<(ExitTable Table, double[] Costs, double Limit)> Cases =
        from table in PerExitSearchTests.Tables
        from costs in Gen.Int[0, Costs.Length - 1].Select(kind => Costs[kind])
        from share in Gen.Double[0.001, 1]
        select (table, costs, costs[0] + (share * (costs[^1] - costs[0])));

    [Fact]
    public void It_finds_what_trying_every_pair_of_thresholds_finds() => Cases.Sample(
        (table, costs, limit) =>
        {
            var evaluate = new ThresholdSearch(table, AllIn);
            var search = new BudgetSearch(table, costs, AllIn);
            float[] Choices(int exit) => [.. table.Scores[Gates.Confidence][exit], ExitPolicy.Never];
            var best = (
                from first in Choices(0)
                from second in Choices(1)
                let tried = evaluate.Evaluate("", Gates.Confidence, [first, second])
                where search.CostOf(tried) <= limit * (1 + Rounding)
                orderby tried.Agreement descending, tried.AllInRatio
                select tried).First();

            var found = search.MostAccurate(Gates.Confidence, new Budget(Budget.Macs, limit));

            Assert.Equal(best.Agreement, found.Agreement);
            Assert.Equal(best.AllInRatio, found.AllInRatio, 9);
            Assert.InRange(search.CostOf(found), 0, limit * (1 + Rounding));
            Assert.Equal(OperatingPoint.Budget, found.Name);
        },
        iter: 50);

    [Fact]
    public void With_one_threshold_it_finds_what_trying_every_threshold_finds() => Cases.Sample(
        (table, costs, limit) =>
        {
            var evaluate = new ThresholdSearch(table, AllIn);
            var search = new BudgetSearch(table, costs, AllIn);
            var best = table.Scores[Gates.Confidence].SelectMany(scores => scores).Append(ExitPolicy.Never)
                .Select(threshold => evaluate.Evaluate("", Gates.Confidence, threshold))
                .Where(point => search.CostOf(point) <= limit * (1 + Rounding))
                .OrderByDescending(point => point.Agreement).ThenBy(point => point.AllInRatio).First();

            var found = search.MostAccurateOfOne(Gates.Confidence, new Budget(Budget.Macs, limit));

            Assert.Equal(best.Agreement, found.Agreement);
            Assert.Equal(best.AllInRatio, found.AllInRatio, 9);
            Assert.InRange(search.CostOf(found), 0, limit * (1 + Rounding));
            Assert.Equal(OperatingPoint.Budget, found.Name);
        },
        iter: 50);

    /// <summary>The curve's places are a step of 20 images apart; what lies between is found too.</summary>
    [Fact]
    public void With_one_threshold_a_budget_is_used_up_to_the_last_image()
    {
        const int images = 4000;

        var found = new BudgetSearch(ThresholdSearchTests.Falling(images, agreeing: 100), [1, 5], [0.5, 1])
            .MostAccurateOfOne(Gates.Confidence, new Budget(Budget.Milliseconds, 5 - (4 * 1007.0 / images)));

        Assert.Equal([1007.0 / images, 2993.0 / images], found.ExitFractions);
    }

    [Fact]
    public void One_exit_is_opened_as_far_as_the_budget_wants_and_no_further()
    {
        var table = new ExitTable(
            [[1, 1, 0, 0], [1, 1, 1, 1]],
            new Dictionary<string, float[][]> { [Gates.Confidence] = [[.9f, .8f, .7f, .6f]] });
        var search = new BudgetSearch(table, [1, 5], [0.3, 1.2]);

        // Image 2 has to leave with another class than the backbone's: (3 · 1 + 5) / 4 ms.
        Assert.Equal([.7f], search.MostAccurate(Gates.Confidence, new Budget(Budget.Milliseconds, 2)).Thresholds);
        // Nothing has to; then what agrees leaves anyway, because it costs fewer macs.
        Assert.Equal([.8f], search.MostAccurate(Gates.Confidence, new Budget(Budget.Milliseconds, 100)).Thresholds);
    }

    [Fact]
    public void A_budget_that_cannot_be_kept_names_the_least_that_can()
    {
        var table = PerExitSearchTests.Tables.Single();
        var search = new BudgetSearch(table, [0.30007, 0.6, 1.2], AllIn);
        const string expected =
            "budget macs=0.25 cannot be kept: an image that leaves at the first exit costs that already; the least is macs=0.3001";

        Assert.Equal(expected, Refusal(() => search.MostAccurate(Gates.Confidence, Budget.Parse("macs=25%"))));
        Assert.Equal(expected, Refusal(() => search.MostAccurateOfOne(Gates.Confidence, Budget.Parse("macs=25%"))));
        Assert.Equal([1, 0, 0], search.MostAccurate(Gates.Confidence, Budget.Parse("macs=0.3001")).ExitFractions);
    }

    [Fact]
    public void A_payload_is_paid_for_by_everything_that_the_edge_hands_over() =>
        Assert.Equal([0, 0, 512, 512, 512], ExitCosts.BytesUp(earlyExits: 4, split: 1, payload: 512));

    private static string Refusal(Action search) => Assert.Throws<PteeFormatException>(search).Message;
}
