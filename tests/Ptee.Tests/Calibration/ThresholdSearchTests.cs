using CsCheck;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Training.Calibration;
using Ptee.Training.Evaluation;

namespace Ptee.Tests.Calibration;

public sealed class ThresholdSearchTests
{
    // Four images, two exits. The first exit is right on images 0 and 1, the second on 0, 1 and 2.
    private static readonly ExitTable Table = new(
        [[1, 2, 0, 0], [1, 2, 3, 0], [1, 2, 3, 4]],
        new Dictionary<string, float[][]> { [Gates.Confidence] = [[.9f, .6f, .4f, .2f], [.9f, .9f, .7f, .3f]] });

    private static readonly ThresholdSearch Search = new(Table, [0.3, 0.6, 1.2]);

    [Fact]
    public void A_threshold_gives_the_agreement_and_the_all_in_cost_that_counting_by_hand_gives()
    {
        var point = Search.Evaluate("x", Gates.Confidence, 0.5f);

        Assert.Equal([0.5, 0.25, 0.25], point.ExitFractions);
        Assert.Equal(1, point.Agreement);
        Assert.Equal((0.3 + 0.3 + 0.6 + 1.2) / 4, point.AllInRatio, 12);
    }

    [Fact]
    public void Everybody_leaves_at_threshold_0_and_nobody_above_1()
    {
        Assert.Equal([1, 0, 0], Search.Evaluate("", Gates.Confidence, 0).ExitFractions);
        Assert.Equal([0, 0, 1], Search.Evaluate("", Gates.Confidence, ExitPolicy.Never).ExitFractions);
    }

    [Fact]
    public void The_named_point_is_the_cheapest_that_keeps_the_agreement()
    {
        var curve = Search.Curve(Gates.Confidence);

        var full = Search.Cheapest(curve, OperatingPoint.Lossless, 1);
        var half = Search.Cheapest(curve, OperatingPoint.Balanced, 0.5);

        Assert.Equal(0.6, full.AllInRatio, 12);
        Assert.True(half.AllInRatio < full.AllInRatio && half.Agreement >= 0.5);
    }

    /// <summary>The curve's places are a step of 20 images apart; what lies between is found too.</summary>
    [Fact]
    public void The_named_point_lies_between_the_curve_s_where_that_is_cheaper()
    {
        const int images = 4000;
        var search = new ThresholdSearch(Falling(images, agreeing: 1007), [0.5, 1]);

        Assert.Equal([1007.0 / images, 2993.0 / images], search.Cheapest(search.Curve(Gates.Confidence), "x", 1).ExitFractions);
    }

    /// <summary>One exit whose score falls from image to image; the first so many agree with the backbone.</summary>
    internal static ExitTable Falling(int images, int agreeing) => new(
        [[.. Enumerable.Range(0, images).Select(image => image < agreeing ? 0 : 1)], new int[images]],
        new Dictionary<string, float[][]> { [Gates.Confidence] = [[.. Enumerable.Range(0, images).Select(image => 1 - (image / (float)images))]] });

    [Fact]
    public void The_named_point_is_the_one_that_trying_every_threshold_finds() => PerExitSearchTests.Tables.Sample(table =>
    {
        var search = new ThresholdSearch(table, [0.3, 0.6, 1.2]);
        var all = table.Scores[Gates.Confidence].SelectMany(scores => scores).Append(ExitPolicy.Never)
            .Select(threshold => search.Evaluate("", Gates.Confidence, threshold));

        var found = search.Cheapest(search.Curve(Gates.Confidence), "x", 0.8);

        Assert.Equal(ThresholdSearch.CheapestOn(all, "x", 0.8).AllInRatio, found.AllInRatio, 12);
        Assert.True(found.Agreement >= 0.8);
    });

    [Fact]
    public void A_lower_threshold_is_never_dearer() => Gen.Select(Gen.Float[0, 1].Array[20], Gen.Float[0, 1].Array[20]).Sample((first, second) =>
    {
        var table = new ExitTable(
            [new int[20], new int[20], new int[20]], new Dictionary<string, float[][]> { [Gates.Confidence] = [first, second] });
        var costs = new ThresholdSearch(table, [0.3, 0.6, 1.2]).Curve(Gates.Confidence).Select(point => point.AllInRatio).ToArray();
        Assert.Equal(costs.OrderDescending(), costs); // The curve goes from few exits to many.
    });
}
