using Ptee.Shared.Adaptation;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Inference;
using Ptee.Shared.Tests.Bundles;

namespace Ptee.Shared.Tests.Adaptation;

public sealed class ThresholdBanditTests
{
    private const double Price = 0.2;
    private const int FinalExit = 2;

    // Threshold, agreement, cost. The point is the one at 0.8.
    private static readonly Manifest Manifest = WithCurve((1.01f, 1, 1.1), (0.9f, 0.99, 0.9), (0.8f, 0.98, 0.75), (0.5f, 0.96, 0.6));

    [Fact]
    public void The_price_of_macs_is_the_slope_of_the_curve_at_the_point()
    {
        // From 0.99 at a cost of 0.80 to 0.96 at 0.70.
        var manifest = WithCurve((0.9f, 0.99, 0.80), (0.8f, 0.98, 0.75), (0.7f, 0.96, 0.70));

        Assert.Equal(0.3, new ThresholdBandit(manifest, OperatingPoint.Accurate, split: 0).Price, 9);
        Assert.Equal(0.5, New(split: 0, price: 0.5).Price);
        // Where the curve has only points further away, those beside it: from 0.99 at 0.9 to 0.96 at 0.6.
        Assert.Equal(0.1, new ThresholdBandit(Manifest, OperatingPoint.Accurate, split: 0).Price, 9);
    }

    [Fact]
    public void Only_the_device_s_exits_move_and_the_point_s_thresholds_stay_behind_the_split()
    {
        var arms = New(split: 0).Arms;

        Assert.Equal([1.01f, 0.9f, 0.8f, 0.5f], arms.Select(arm => arm.Threshold(0, 0)));
        Assert.All(arms, arm => Assert.Equal(0.8f, arm.Threshold(1, 0)));
        Assert.All(New(split: 1).Arms, arm => Assert.Equal(arm.Threshold(0, 0), arm.Threshold(1, 0)));
    }

    [Fact]
    public void A_point_with_class_thresholds_and_a_curve_without_them_go_together()
    {
        var manifest = Manifest with { Points = [Manifest.Points[0] with { Thresholds = [.. Enumerable.Repeat(0.7f, 20)] }] };

        var arms = new ThresholdBandit(manifest, OperatingPoint.Accurate, split: 0, new AdaptationOptions { Price = Price }).Arms;

        Assert.All(arms, arm => Assert.Equal((10, 0.7f), (arm.Classes, arm.Threshold(1, 9))));
        Assert.Equal([1.01f, 0.9f, 0.8f, 0.7f, 0.5f], arms.Select(arm => arm.Threshold(0, 9)).OrderDescending());
    }

    /// <summary>As calibrate makes it: a curve with thresholds for classes, and a budget's point without.</summary>
    [Fact]
    public void A_point_without_class_thresholds_and_a_curve_with_them_are_compared_class_by_class()
    {
        var strictForOneClass = Enumerable.Repeat(0.1f, 20).ToArray();
        strictForOneClass[5] = 1;
        var manifest = Manifest with { Curve = [Manifest.Curve[0] with { Thresholds = strictForOneClass, AllInRatio = 0.5 }] };

        var arms = new ThresholdBandit(manifest, OperatingPoint.Accurate, split: 0, new AdaptationOptions { Price = Price }).Arms;

        Assert.All(arms, arm => Assert.Equal((10, 20), (arm.Classes, arm.Thresholds.Count)));
        var (point, other) = (arms.Single(arm => arm.Threshold(0, 5) < 1), arms.Single(arm => arm.Threshold(0, 5) == 1));
        Assert.False(ThresholdArms.IsAsLax(other, point)); // It sends on an image of class 5 that the point lets leave.
    }

    [Fact]
    public void A_curve_without_a_choice_is_refused()
    {
        var message = Assert.Throws<PteeFormatException>(
            () => new ThresholdBandit(PlainBundles.Manifest(), OperatingPoint.Accurate, split: 0)).Message;

        Assert.StartsWith("operating point 'accurate': the bundle's curve", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_that_leaves_earns_how_much_its_exit_is_believed_minus_its_cost()
    {
        var bandit = New(split: 0);

        bandit.Learn(arm: 3, [Says(exit: 0, answer: 4, score: 0.6f)]);

        var rewards = bandit.Report().Arms.Select(arm => arm.Reward).ToArray();
        Assert.Equal([null, null, null], rewards[..3]); // They might have sent it on.
        Assert.Equal(0.6 - (Price * Cost(0)), rewards[3]!.Value, 6);
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(5, 0)]
    public void An_image_that_went_on_says_what_every_laxer_choice_would_have_earned(int deeper, int agrees)
    {
        var bandit = New(split: 0);

        bandit.Learn(arm: 0, [Says(exit: 0, answer: 4, score: 0.85f), Says(FinalExit, deeper, score: 1)]);

        var rewards = bandit.Report().Arms.Select(arm => arm.Reward!.Value).ToArray();
        Assert.All(rewards[..2], reward => Assert.Equal(1 - (Price * Cost(FinalExit)), reward, 6));
        Assert.All(rewards[2..], reward => Assert.Equal(agrees - (Price * Cost(0)), reward, 6));
    }

    /// <summary>Exits whose scores are right, then a first exit that stays as sure and is wrong every other time.</summary>
    [Fact]
    public void It_settles_where_the_trade_off_is_best_and_moves_when_an_exit_goes_wrong()
    {
        var options = new AdaptationOptions { Price = Price, Memory = 2_000 };
        var bandit = new ThresholdBandit(Manifest, OperatingPoint.Accurate, split: 0, options);
        var world = new World(seed: 5);

        var calm = world.Stream(bandit, images: 8_000, firstExitFails: false);
        var broken = world.Stream(bandit, images: 12_000, firstExitFails: true);

        // The best threshold is where one more image that leaves costs as much agreement as its macs are worth.
        var best = 1 - (Price * (Cost(FinalExit) - Cost(0)));
        Assert.InRange(best, 0.8, 0.9);
        Assert.InRange(Share(calm[4_000..], arm => arm is 1 or 2), 0.7, 1);
        Assert.InRange(Share(broken[8_000..], arm => arm == 0), 0.7, 1);
    }

    [Fact]
    public void The_same_feedback_gives_the_same_choices()
    {
        Assert.Equal(Run(), Run());

        static int[] Run() => new World(seed: 2).Stream(New(split: 0), images: 1_000, firstExitFails: false);
    }

    private static double Share(int[] arms, Func<int, bool> holds) => (double)arms.Count(holds) / arms.Length;

    private static double Cost(int exit) => (double)Manifest.AllInMacs(exit) / Manifest.BackboneMacs;

    private static ExitAnswer Says(int exit, int answer, float score) => new(exit, answer, score, score);

    private static ThresholdBandit New(int split, double price = Price) =>
        new(Manifest, OperatingPoint.Accurate, split, new AdaptationOptions { Price = price });

    private static Manifest WithCurve(params (float Threshold, double Agreement, double Cost)[] points)
    {
        var manifest = PlainBundles.Manifest();
        var curve = points.Select(point => new OperatingPoint(
            "", Gates.Confidence, [point.Threshold, point.Threshold], point.Agreement, point.Cost, [0, 0, 1])).ToArray();
        return manifest with
        {
            Curve = curve,
            Points = [curve.First(point => point.Thresholds[0] == 0.8f) with { Name = OperatingPoint.Accurate }],
        };
    }

    /// <summary>Images whose first exit agrees with the backbone as often as it says; the server's exits never answer.</summary>
    private sealed class World(int seed)
    {
        private readonly Random _random = new(seed);

        /// <returns>What the bandit chose for each image.</returns>
        public int[] Stream(ThresholdBandit bandit, int images, bool firstExitFails)
        {
            var arms = new int[images];
            for (var image = 0; image < images; image++)
            {
                var choice = bandit.Choose();
                arms[image] = choice.Arm;
                var score = MathF.Sqrt(_random.NextSingle());
                var agrees = _random.NextSingle() < score && !(firstExitFails && _random.Next(2) == 0);
                var first = Says(exit: 0, answer: 4, score);
                bandit.Learn(choice.Arm, choice.Policy.Stands(0, 4, score)
                    ? [first]
                    : [first, Says(FinalExit, agrees ? 4 : 5, score: 1)]);
            }

            return arms;
        }
    }
}
