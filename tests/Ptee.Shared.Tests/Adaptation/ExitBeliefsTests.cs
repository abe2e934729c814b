using Ptee.Shared.Adaptation;
using Ptee.Shared.Inference;

namespace Ptee.Shared.Tests.Adaptation;

public sealed class ExitBeliefsTests
{
    private readonly ExitBeliefs _beliefs = new(earlyExits: 2, discount: 1);

    [Theory]
    [InlineData(0f)]
    [InlineData(0.6f)]
    [InlineData(1f)]
    public void At_first_a_score_is_believed(float score) => Assert.Equal(score, _beliefs.Of(Says(0, 1, score)), 6);

    [Fact]
    public void The_backbone_s_own_exit_is_always_believed() => Assert.Equal(1, _beliefs.Of(Says(2, 1, 0.1f)));

    [Fact]
    public void What_deeper_exits_say_corrects_it_for_like_scores_of_that_exit_alone()
    {
        for (var image = 0; image < 1000; image++)
        {
            // Nearly certain, and wrong every other time.
            _beliefs.Learn([Says(0, 1, 0.99f), Says(2, image % 2, 1)]);
        }

        Assert.Equal(0.5, _beliefs.Of(Says(0, 1, 0.989f)), 0.02);
        Assert.Equal(0.6, _beliefs.Of(Says(0, 1, 0.6f)), 6);
        Assert.Equal(0.99, _beliefs.Of(Says(1, 1, 0.99f)), 6);
    }

    [Fact]
    public void An_exit_that_is_itself_in_doubt_proves_only_so_much()
    {
        for (var image = 0; image < 1000; image++)
        {
            _beliefs.Learn([Says(0, 1, 0.9f), Says(1, 1, 0.8f)]); // The second exit's own answers are never checked.
        }

        Assert.Equal(0.8, _beliefs.Of(Says(0, 1, 0.9f)), 0.01);
    }

    [Fact]
    public void What_was_learned_fades()
    {
        var beliefs = new ExitBeliefs(earlyExits: 2, discount: 0.99);
        for (var image = 0; image < 2000; image++)
        {
            beliefs.Learn([Says(0, 1, 0.99f), Says(2, image < 1000 ? 1 : 0, 1)]);
        }

        // A hundred images are remembered; with them the score counts as twenty.
        Assert.Equal(0.99 * 20 / 120, beliefs.Of(Says(0, 1, 0.99f)), 0.01);
    }

    private static ExitAnswer Says(int exit, int answer, float score) => new(exit, answer, score, score);
}
