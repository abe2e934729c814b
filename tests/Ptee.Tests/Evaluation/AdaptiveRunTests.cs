using Ptee.Data;
using Ptee.Shared.Adaptation;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Training.Evaluation;

namespace Ptee.Tests.Evaluation;

public sealed class AdaptiveRunTests
{
    private const int Images = 6_000;
    private static readonly Bundle Bundle = TestBundles.Random().WithCurve();
    private static readonly AdaptationOptions Options = new() { Price = 0.3 };

    /// <summary>Three exits, each as often right as it says; a deeper one is surer.</summary>
    private static readonly ExitTable Table = Judging(seed: 4);

    [Fact]
    public void On_a_stream_it_comes_near_the_best_fixed_choice_and_clear_of_the_worst()
    {
        var run = Run(seed: 1);

        var adaptation = run.Adaptation!;
        var fixedWorths = adaptation.Arms.Select(arm => arm.Agreement!.Value - (adaptation.Price * arm.AllInRatio!.Value)).ToArray();
        var manifest = Bundle.Manifest;
        var worth = run.Images.Average(image => (image.Class == Table.Backbone[image.Index] ? 1 : 0)
            - (adaptation.Price * manifest.AllInMacs(image.Exit) / manifest.BackboneMacs));
        Assert.True(fixedWorths.Max() - fixedWorths.Min() > 0.05, "the premise: it matters what is chosen");
        // What it loses while it tries is a fraction of what the wrong choice would lose.
        Assert.InRange((fixedWorths.Max() - worth) / (fixedWorths.Max() - fixedWorths.Min()), -0.05, 0.2);
    }

    [Fact]
    public void Every_image_is_counted_once_and_each_choice_beside_it_on_all_of_them()
    {
        var run = Run(seed: 1);

        Assert.Equal(Enumerable.Range(0, Images), run.Images.Select(image => image.Index));
        Assert.Equal(Images, run.Adaptation!.Arms.Sum(arm => arm.Images));
        Assert.All(run.Adaptation.Arms, arm =>
        {
            var leave = Table.Leave(Gates.MaxProbability, arm.Thresholds);
            Assert.Equal(leave.Index().Average(image => Table.Classes[image.Item][image.Index] == Table.Backbone[image.Index] ? 1 : 0), arm.Agreement!.Value, 9);
        });
    }

    [Fact]
    public void The_seed_decides_the_order_and_nothing_else_is_left_to_chance()
    {
        Assert.Equal(Run(seed: 1).Images, Run(seed: 1).Images);
        Assert.NotEqual(Run(seed: 1).Images, Run(seed: 2).Images);
    }

    private static Shared.Reports.ClassifyReport Run(int seed) => AdaptiveRun.Run(
        Bundle, "none", Table, new ImageSet("made up", 1, new byte[3 * Images]), OperatingPoint.Accurate, Options, seed);

    private static ExitTable Judging(int seed)
    {
        var random = new Random(seed);
        var scores = Enumerable.Range(0, 3).Select(exit =>
            Enumerable.Range(0, Images).Select(_ => MathF.Pow(random.NextSingle(), 1f / (exit + 2))).ToArray()).ToArray();
        var classes = scores.Select(own => own.Select(score => random.NextSingle() < score ? 0 : 1).ToArray());
        return new ExitTable([.. classes, new int[Images]], new Dictionary<string, float[][]> { [Gates.MaxProbability] = scores });
    }
}
