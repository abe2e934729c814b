using Ptee.Training.Evaluation;

namespace Ptee.Tests.Evaluation;

public sealed class GateQualityTests
{
    private static readonly bool[] Agrees = [true, true, false, false];

    [Theory]
    [InlineData(new[] { .9f, .8f, .2f, .1f }, 1.0)]
    [InlineData(new[] { .1f, .2f, .8f, .9f }, 0.0)]
    [InlineData(new[] { .5f, .5f, .5f, .5f }, 0.5)]
    [InlineData(new[] { .9f, .3f, .5f, .1f }, 0.75)]
    public void Auroc_is_the_chance_that_an_agreeing_answer_scores_higher(float[] scores, double expected) =>
        Assert.Equal(expected, GateQuality.AurocOf(scores, Agrees)!.Value, 12);

    [Fact]
    public void There_is_no_auroc_where_all_agree() => Assert.Null(GateQuality.AurocOf([.9f, .8f], [true, true]));

    /// <summary>Surest first: agrees, agrees, not, not; the shares of disagreement are 0, 0, 1/3 and 1/2.</summary>
    [Fact]
    public void Aurc_is_the_mean_risk_over_all_coverages() =>
        Assert.Equal((0 + 0 + (1 / 3.0) + 0.5) / 4, GateQuality.AurcOf([.9f, .8f, .2f, .1f], Agrees), 12);

    [Theory]
    [InlineData(new[] { 1f, 1f, 0f, 0f }, 0.0)]
    [InlineData(new[] { 0f, 0f, 1f, 1f }, 1.0)]
    [InlineData(new[] { .5f, .5f, .5f, .5f }, 0.0)] // One bin, half of it agrees.
    [InlineData(new[] { .75f, .75f, .75f, .75f }, 0.25)]
    public void Ece_is_the_distance_between_score_and_share(float[] scores, double expected) =>
        Assert.Equal(expected, GateQuality.EceOf(scores, Agrees), 6);
}
