using CsCheck;
using Ptee.Shared.Exits;

namespace Ptee.Shared.Tests.Exits;

public sealed class ExitPolicyTests
{
    [Fact]
    public void Every_gate_scores_between_0_and_1() =>
        Gen.Select(Gen.Float[-50, 50].Array[2, 20], Gen.Float[0, 1]).Sample((logits, confidence) =>
        {
            var probabilities = new float[logits.Length];
            Softmax.Compute(logits, probabilities);
            Assert.Equal(1, probabilities.Sum(), 4);
            Assert.All(Gates.Names, gate => Assert.InRange(Gates.Get(gate)(probabilities, confidence), 0, 1));
        });

    [Fact]
    public void A_score_at_the_threshold_stands_and_below_it_does_not()
    {
        var policy = new ExitPolicy(Gates.Confidence, [0.5f, 0.9f]);

        Assert.True(policy.Stands(0, answer: 0, 0.5f));
        Assert.False(policy.Stands(1, answer: 0, 0.5f));
        Assert.True(policy.Stands(1, answer: 0, 0.9f));
    }

    [Fact]
    public void With_a_threshold_for_each_class_what_an_exit_says_decides_which_one_counts()
    {
        var policy = ExitPolicy.Of("it", Gates.Confidence, [0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f], earlyExits: 2, classes: 3);

        Assert.Equal((2, 3), (policy.EarlyExits, policy.Classes));
        Assert.Equal([0.1f, 0.2f, 0.3f], Enumerable.Range(0, 3).Select(answer => policy.Threshold(0, answer)));
        Assert.True(policy.Stands(1, answer: 0, 0.4f));
        Assert.False(policy.Stands(1, answer: 1, 0.4f));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(12)]
    public void Thresholds_are_one_an_exit_or_one_for_each_of_its_classes_and_nothing_else(int count) =>
        Assert.Equal(
            $"it has {count} thresholds, expected 2, one an early exit of the bundle, or 6, one for each of its classes",
            Assert.Throws<PteeFormatException>(() => ExitPolicy.Of("it", Gates.Confidence, new float[count], 2, 3)).Message);

    [Fact]
    public void Two_policies_are_the_same_from_an_exit_on_if_all_its_classes_thresholds_are_and_those_after_it()
    {
        var policy = new ExitPolicy(Gates.Confidence, [0.1f, 0.2f, 0.3f, 0.4f], classes: 2);

        Assert.True(policy.IsSameFrom(1, new ExitPolicy(Gates.Confidence, [0.1f, 0.9f, 0.3f, 0.4f], classes: 2)));
        Assert.False(policy.IsSameFrom(0, new ExitPolicy(Gates.Confidence, [0.1f, 0.9f, 0.3f, 0.4f], classes: 2)));
        Assert.False(policy.IsSameFrom(1, new ExitPolicy(Gates.Confidence, [0.1f, 0.2f, 0.3f, 0.5f], classes: 2)));
        Assert.False(policy.IsSameFrom(1, new ExitPolicy(Gates.Margin, policy.Thresholds, classes: 2)));
        Assert.False(policy.IsSameFrom(1, new ExitPolicy(Gates.Confidence, [0.1f, 0.3f])));
    }

    [Fact]
    public void Nothing_is_as_sure_as_never() => Assert.False(ExitPolicy.Uniform(Gates.Confidence, ExitPolicy.Never, 1).Stands(0, answer: 0, 1));

    [Fact]
    public void The_paper_s_gate_is_the_confidence_head_and_the_other_the_largest_probability()
    {
        Assert.Equal(0.3f, Gates.Get(Gates.Confidence)([0.1f, 0.9f], 0.3f));
        Assert.Equal(0.9f, Gates.Get(Gates.MaxProbability)([0.1f, 0.9f], 0.3f));
    }

    [Fact]
    public void The_margin_is_what_lies_between_the_two_most_probable() =>
        Assert.Equal(0.4f, Gates.Get(Gates.Margin)([0.2f, 0.6f, 0.1f, 0.1f], 0), 6);

    [Fact]
    public void Entropy_is_turned_round_so_that_an_even_guess_scores_0_and_a_certain_answer_1()
    {
        Assert.Equal(0, Gates.Get(Gates.Entropy)([0.25f, 0.25f, 0.25f, 0.25f], 0), 6);
        Assert.Equal(1, Gates.Get(Gates.Entropy)([0, 1, 0, 0], 0), 6);
        Assert.Equal(0.5, Gates.Get(Gates.Entropy)([0.5f, 0.5f, 0, 0], 0), 6); // ln 2 of ln 4.
    }

    [Theory]
    [InlineData(-0.1f)]
    [InlineData(1.5f)]
    [InlineData(float.NaN)]
    public void A_threshold_out_of_range_is_refused(float threshold) =>
        Assert.Throws<PteeFormatException>(() => new ExitPolicy(Gates.Confidence, [threshold]));

    [Fact]
    public void Huge_logits_make_no_NaN()
    {
        var probabilities = new float[3];
        Softmax.Compute([1e30f, 0, -1e30f], probabilities);
        Assert.Equal([1, 0, 0], probabilities);
    }
}
