using Ptee.Edge.Offload;

namespace Ptee.Tests.Edge.Offload;

public sealed class BackoffTests
{
    [Fact]
    public void Every_pause_is_within_a_bound_that_doubles_to_the_cap()
    {
        foreach (var seed in Enumerable.Range(0, 200))
        {
            var backoff = new Backoff(new Random(seed));
            foreach (var boundMs in new[] { 100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000 })
            {
                Assert.InRange(backoff.Next().TotalMilliseconds, 0, boundMs);
            }
        }
    }

    [Fact]
    public void Pauses_fill_their_range()
    {
        var firsts = Enumerable.Range(0, 2000).Select(seed => new Backoff(new Random(seed)).Next().TotalMilliseconds);

        Assert.InRange(firsts.Average(), 45, 55);
        Assert.True(firsts.Min() < 5 && firsts.Max() > 95);
    }

    [Fact]
    public void The_same_seed_gives_the_same_pauses() => Assert.Equal(Pauses(seed: 3), Pauses(seed: 3));

    [Fact]
    public void After_a_reset_it_starts_small_again()
    {
        var backoff = new Backoff(new Random(1));
        for (var i = 0; i < 10; i++)
        {
            backoff.Next();
        }

        backoff.Reset();

        Assert.InRange(backoff.Next(), TimeSpan.Zero, Backoff.First);
    }

    private static TimeSpan[] Pauses(int seed)
    {
        var backoff = new Backoff(new Random(seed));
        return [.. Enumerable.Range(0, 8).Select(_ => backoff.Next())];
    }
}
