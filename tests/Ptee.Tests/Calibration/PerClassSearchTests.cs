using CsCheck;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Training.Calibration;
using Ptee.Training.Evaluation;

namespace Ptee.Tests.Calibration;

public sealed class PerClassSearchTests
{
    private const double Target = 0.97;
    private static readonly double[] Costs = [0.3, 1.1];

    private static readonly Gen<ExitTable> Tables =
        from images in Gen.Int[3, 60]
        from classes in Gen.Int[0, 2].Array[images].Array[3]
        from scores in Gen.Float[0, 1].Array[images].Array[2]
        select new ExitTable(classes, new Dictionary<string, float[][]> { [Gates.Confidence] = scores });

    /// <summary>What the exit calls 0 always is 0; what it calls 1 is so as often as not, however sure it says it is.</summary>
    [Fact]
    public void A_class_that_an_exit_cannot_judge_stays_and_the_other_leaves()
    {
        var table = OneExit(seed: 1, images: 2_000, classes: 2, (said, _, random) => said == 0 || random.Next(2) == 0);

        var each = Cheapest(new PerExitSearch(table, Costs));
        var own = Cheapest(new PerClassSearch(table, Costs, classes: 2));

        Assert.True(own.Agreement >= Target);
        Assert.Equal(0.5, own.ExitFractions[0], 0.05);
        Assert.True(own.AllInRatio < each.AllInRatio - 0.2, $"{own.AllInRatio} is not far below {each.AllInRatio}");
        Assert.InRange(own.Thresholds[0], 0, 0.05);
        Assert.InRange(own.Thresholds[1], 0.95, ExitPolicy.Never);
    }

    /// <summary>
    /// One answer in ten is wrong and no score says which, so whatever seems to be a good threshold for one of 20 classes
    /// is luck: of those that leave, one in ten disagrees, whichever they are.
    /// </summary>
    [Fact]
    public void What_it_promises_holds_on_images_that_it_has_not_seen()
    {
        const int draws = 4;
        var (promised, onTheSame) = (0.0, 0.0);
        for (var seed = 0; seed < draws; seed++)
        {
            var table = OneExit(seed, images: 2_000, classes: 20, (_, _, random) => random.Next(10) > 0);
            var middle = new PerClassSearch(table, Costs, classes: 20).Curve(Gates.Confidence)
                .MinBy(point => Math.Abs(point.AllInRatio - 0.7))!;
            promised += Disagreement(middle) / draws;
            onTheSame += Disagreement(new ThresholdSearch(table, Costs).Evaluate("", middle.Gate, middle.Thresholds)) / draws;
        }

        Assert.True(onTheSame < 0.09, $"the premise: judged on the same images it would promise {onTheSame}");
        // Rather too little than too much: a fifth with many that disagree is one of which the other four knew nothing.
        Assert.InRange(promised, 0.095, 0.125);

        static double Disagreement(OperatingPoint point) => (1 - point.Agreement) / point.ExitFractions[0];
    }

    [Fact]
    public void A_class_that_was_never_seen_has_the_threshold_of_all_together()
    {
        var table = OneExit(seed: 3, images: 300, classes: 2, (_, score, random) => random.NextSingle() < score);

        var together = new ThresholdDescent(table, Costs, Gates.Confidence).Run(price: 4.3);
        var own = new ThresholdDescent(table, Costs, Gates.Confidence, classes: 3).Run(price: 4.3);

        Assert.InRange(together[0], 0.5f, 1);
        Assert.Equal(together[0], own[2]);
    }

    [Fact]
    public void The_curve_goes_from_few_exits_to_many_and_nowhere_back() => Tables.Sample(
        table =>
        {
            var curve = new PerClassSearch(table, [0.3, 0.6, 1.2], classes: 3).Curve(Gates.Confidence);

            Assert.All(curve.Zip(curve.Skip(1)), pair => Assert.True(
                pair.Second.AllInRatio < pair.First.AllInRatio && pair.Second.Agreement < pair.First.Agreement));
            Assert.Equal(1, curve[0].Agreement, 9);
            Assert.All(curve, point => Assert.Equal((2 * 3, 1.0), (point.Thresholds.Length, Math.Round(point.ExitFractions.Sum(), 9))));
        },
        iter: 50);

    private static OperatingPoint Cheapest(IThresholdSearch search) =>
        search.Cheapest(search.Curve(Gates.Confidence), OperatingPoint.Accurate, Target);

    /// <param name="agrees">Given what the exit says and how sure it is.</param>
    private static ExitTable OneExit(int seed, int images, int classes, Func<int, float, Random, bool> agrees)
    {
        var random = new Random(seed);
        var said = Enumerable.Range(0, images).Select(_ => random.Next(classes)).ToArray();
        var scores = said.Select(_ => random.NextSingle()).ToArray();
        var backbone = said.Zip(scores, (own, score) => agrees(own, score, random) ? own : (own + 1) % classes).ToArray();
        return new ExitTable([said, backbone], new Dictionary<string, float[][]> { [Gates.Confidence] = [scores] });
    }
}
