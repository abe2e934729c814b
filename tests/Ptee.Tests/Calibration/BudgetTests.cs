using Ptee.Shared;
using Ptee.Training.Calibration;

namespace Ptee.Tests.Calibration;

public sealed class BudgetTests
{
    [Theory]
    [InlineData("macs=0.45", Budget.Macs, 0.45)]
    [InlineData("macs=45%", Budget.Macs, 0.45)]
    [InlineData("bytes=154", Budget.Bytes, 154)]
    [InlineData("bytes = 0", Budget.Bytes, 0)]
    [InlineData("ms=2.5", Budget.Milliseconds, 2.5)]
    public void A_budget_is_read_as_people_write_it(string text, string measure, double limit)
    {
        var budget = Budget.Parse(text);

        Assert.Equal(measure, budget.Measure);
        Assert.Equal(limit, budget.Limit, 12);
    }

    [Theory]
    [InlineData("")]
    [InlineData("macs")]
    [InlineData("0.45")]
    [InlineData("macs=")]
    [InlineData("macs=x")]
    [InlineData("macs=-1")]
    [InlineData("macs=NaN")]
    [InlineData("bytes=10%")]
    [InlineData("joules=3")]
    [InlineData("ms=1=2")]
    public void What_is_no_budget_is_answered_with_how_one_is_written(string text) => Assert.Equal(
        $"budget '{text}': expected macs=0.45 or macs=45%, bytes=154 or ms=2.5",
        Assert.Throws<PteeFormatException>(() => Budget.Parse(text)).Message);

    [Fact]
    public void A_share_that_looks_like_percent_is_refused() => Assert.Equal(
        "budget 'macs=45': 4500 % of the backbone's macs, expected at most 300 %; macs=0.45 or macs=45%",
        Assert.Throws<PteeFormatException>(() => Budget.Parse("macs=45")).Message);

    [Fact]
    public void The_least_that_can_be_kept_can_be_kept_as_it_is_written()
    {
        const double cost = 0.123412;

        var least = Budget.Parse($"{new Budget(Budget.Macs, 0).AtLeast(cost)}");

        Assert.InRange(least.Limit, cost, cost + 1e-4);
    }
}
