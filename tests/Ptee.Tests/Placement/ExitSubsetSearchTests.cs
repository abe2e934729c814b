using Ptee.Shared.Exits;
using Ptee.Training.Evaluation;
using Ptee.Training.Placement;

namespace Ptee.Tests.Placement;

public sealed class ExitSubsetSearchTests
{
    private const int Images = 100;

    /// <summary>Candidate 0 knows nothing, 1 is right and sure about half of the images, 2 is 1 again but dearer.</summary>
    private static readonly ExitTable Table = Candidates(0, Images / 2, Images / 2);

    [Fact]
    public void Only_the_exit_that_pays_is_chosen()
    {
        var times = new ExitPrices(Trunk: [2, 4, 4], Branch: [1, 1, 3], Whole: 10);

        var choice = new ExitSubsetSearch(Table, [1, 2, 2], times, Gates.Confidence, agreement: 1).Run(most: 3);

        Assert.Equal([1], choice.Exits);
        Assert.Equal(((0.5 * 5) + (0.5 * 11)) / 10, choice.Point.AllInRatio, 9);
    }

    [Fact]
    public void Nothing_is_chosen_when_no_exit_pays()
    {
        var times = new ExitPrices(Trunk: [9, 9, 9], Branch: [3, 3, 3], Whole: 10);

        Assert.Empty(new ExitSubsetSearch(Table, [1, 2, 3], times, Gates.Confidence, agreement: 1).Run(most: 3).Exits);
    }

    [Fact]
    public void A_second_exit_is_added_where_it_answers_what_the_first_does_not()
    {
        var times = new ExitPrices(Trunk: [2, 6], Branch: [0.5, 0.5], Whole: 10);

        var choice = new ExitSubsetSearch(Candidates(40, 80), [1, 2], times, Gates.Confidence, agreement: 1).Run(most: 2);

        Assert.Equal([0, 1], choice.Exits);
    }

    [Fact]
    public void Every_exit_is_paid_for_up_to_the_one_that_answers() => Assert.Equal(
        [2.5, 7, 11], new ExitPrices(Trunk: [2, 6], Branch: [0.5, 0.5], Whole: 10).AllIn(), (a, b) => Math.Abs(a - b) < 1e-12);

    /// <summary>Exits that are right and sure about their first so many images, wrong and unsure about the others.</summary>
    private static ExitTable Candidates(params int[] right) => new(
        [
            .. right.Select(count => Enumerable.Range(0, Images).Select(image => image < count ? 1 : 2).ToArray()),
            [.. Enumerable.Repeat(1, Images)],
        ],
        new Dictionary<string, float[][]>
        {
            [Gates.Confidence] = [.. right.Select(count => Enumerable.Range(0, Images).Select(image => image < count ? 0.9f : 0.1f).ToArray())],
        });
}
