using Ptee.Shared.Adaptation;

namespace Ptee.Shared.Tests.Adaptation;

public sealed class DiscountedUcbTests
{
    private const double Exploration = 0.5; // Of rewards in [0, 1].
    private static readonly double[] Chances = [0.3, 0.5, 0.7, 0.6];

    [Fact]
    public void Each_arm_is_tried_once_and_of_equal_ones_the_first_is_played()
    {
        var bandit = new DiscountedUcb(3, exploration: 0);
        var played = Enumerable.Range(0, 5).Select(_ => Play(bandit, _ => 1)).ToArray();

        Assert.Equal([0, 1, 2, 0, 0], played);
    }

    [Fact]
    public void The_bound_is_the_mean_and_what_uncertainty_adds()
    {
        // After five rounds the means are 0.5 of four and 0.4 of one: 0.5 + c √(2 ln 5 / 4) against 0.4 + c √(2 ln 5).
        Assert.Equal(1, After(exploration: 0.12).Choose());
        Assert.Equal(0, After(exploration: 0.10).Choose());

        static DiscountedUcb After(double exploration)
        {
            var bandit = new DiscountedUcb(2, exploration);
            Enumerable.Range(0, 4).ToList().ForEach(_ => bandit.Learn([(0, 0.5)]));
            bandit.Learn([(1, 0.4)]);
            return bandit;
        }
    }

    [Fact]
    public void In_a_world_that_stays_regret_grows_ever_more_slowly_and_the_best_arm_is_found()
    {
        const int rounds = 20_000;
        var bandit = new DiscountedUcb(Chances.Length, Exploration);
        var (regret, half, best) = (0.0, 0.0, 0);
        var random = new Random(1);
        for (var round = 0; round < rounds; round++)
        {
            var arm = Play(bandit, arm => random.NextDouble() < Chances[arm] ? 1 : 0);
            regret += Chances.Max() - Chances[arm];
            half = round < rounds / 2 ? regret : half;
            best += arm == 2 ? 1 : 0;
        }

        Assert.InRange(regret - half, 0, half / 3);
        Assert.InRange((double)best / rounds, 0.9, 1);
        Assert.Equal(Chances[2], bandit.MeanReward(2)!.Value, 0.02);
    }

    [Fact]
    public void The_same_feedback_gives_the_same_choices()
    {
        Assert.Equal(Run(), Run());

        static int[] Run()
        {
            var (bandit, random) = (new DiscountedUcb(Chances.Length, Exploration, discount: 0.999), new Random(7));
            return [.. Enumerable.Range(0, 500).Select(_ => Play(bandit, arm => random.NextDouble() * Chances[arm]))];
        }
    }

    [Fact]
    public void When_the_best_arm_becomes_the_worst_who_forgets_leaves_it_soon_and_who_does_not_stays()
    {
        Assert.InRange(ShareOfTheNewBest(discount: 0.998), 0.8, 1);
        Assert.InRange(ShareOfTheNewBest(discount: 1), 0, 0.3);

        // After 10,000 rounds; counted from 500 rounds later on. A mean over all of them falls that slowly.
        static double ShareOfTheNewBest(double discount)
        {
            var (bandit, random) = (new DiscountedUcb(2, exploration: 0.2, discount), new Random(3));
            var played = Enumerable.Range(0, 12_000).Select(round => Play(
                bandit, arm => random.NextDouble() < (arm == 0 ? 0.5 : round < 10_000 ? 0.6 : 0.3) ? 1 : 0)).ToArray();
            return played[10_500..].Count(arm => arm == 0) / 1_500.0;
        }
    }

    private static int Play(DiscountedUcb bandit, Func<int, double> reward)
    {
        var arm = bandit.Choose();
        bandit.Learn([(arm, reward(arm))]);
        return arm;
    }
}
