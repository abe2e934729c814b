using CsCheck;
using Ptee.Shared.Exits;
using Ptee.Training.Calibration;
using Ptee.Training.Evaluation;

namespace Ptee.Tests.Calibration;

public sealed class PerExitSearchTests
{
    private static readonly double[] Costs = [0.3, 0.6, 1.2];

    internal static readonly Gen<ExitTable> Tables =
        from images in Gen.Int[20, 60]
        from classes in Gen.Int[0, 2].Array[images].Array[3]
        from scores in Gen.Float[0, 1].Array[images].Array[2]
        select new ExitTable(classes, new Dictionary<string, float[][]> { [Gates.Confidence] = scores });

    /// <summary>Exit 0's score is worthless, exit 1's perfect: one threshold for both must pay for that, two need not.</summary>
    [Fact]
    public void An_exit_that_cannot_judge_itself_is_shut_and_the_other_stays_open()
    {
        var table = new ExitTable(
            [[0, 1, 0, 1], [1, 1, 1, 0], [1, 1, 1, 1]],
            new Dictionary<string, float[][]> { [Gates.Confidence] = [[.9f, .8f, .9f, .8f], [.7f, .7f, .7f, .1f]] });
        var search = new PerExitSearch(table, Costs);

        var point = search.Cheapest(search.Curve(Gates.Confidence), "x", 1);

        Assert.True(point.Thresholds[0] > .9f);
        Assert.Equal([0, 0.75, 0.25], point.ExitFractions);
    }

    /// <summary>
    /// Every wrong answer is among the surest: whatever a disagreement is worth, the hull has nobody or everybody leave. What lies between
    /// is found all the same, however many images it is.
    /// </summary>
    [Fact]
    public void Slack_that_the_hull_leaves_is_used_up()
    {
        const int images = 4000;
        var scores = Enumerable.Range(0, images).Select(image => 1 - (image / (float)images)).ToArray();
        var table = new ExitTable(
            [[.. Enumerable.Range(0, images).Select(image => image < images / 10 ? 1 : 0)], new int[images]],
            new Dictionary<string, float[][]> { [Gates.Confidence] = [scores] });
        var search = new PerExitSearch(table, [0.5, 1]);

        var point = search.Cheapest(search.Curve(Gates.Confidence), "x", 0.95);

        Assert.Equal([0.05, 0.95], point.ExitFractions);
    }

    [Fact]
    public void It_finds_what_trying_every_pair_of_thresholds_finds_to_a_few_percent() => Tables.Sample(
        table =>
        {
            var evaluate = new ThresholdSearch(table, Costs);
            float[] Choices(int exit) => [.. table.Scores[Gates.Confidence][exit], ExitPolicy.Never];
            var cheapest = (
                from first in Choices(0)
                from second in Choices(1)
                let tried = evaluate.Evaluate("", Gates.Confidence, [first, second])
                where tried.Agreement >= 0.8
                select tried.AllInRatio).Min();
            var search = new PerExitSearch(table, Costs);

            var found = search.Cheapest(search.Curve(Gates.Confidence), "x", 0.8);

            Assert.True(found.Agreement >= 0.8);
            Assert.InRange(found.AllInRatio, cheapest, cheapest * 1.15);
        },
        iter: 50);

    [Fact]
    public void The_curve_goes_from_few_exits_to_many_and_nowhere_back() => Tables.Sample(table =>
    {
        var curve = new PerExitSearch(table, Costs).Curve(Gates.Confidence);

        Assert.All(curve.Zip(curve.Skip(1)), pair => Assert.True(
            pair.Second.AllInRatio < pair.First.AllInRatio && pair.Second.Agreement < pair.First.Agreement));
        Assert.Equal(1, curve[0].Agreement);
    });
}
