using System.Globalization;
using CsCheck;
using Ptee.Shared.IO;

namespace Ptee.Shared.Tests.IO;

public sealed class PlainNumberTests
{
    [Theory]
    [InlineData("0.5", 0.5)]
    [InlineData("-1e-3", -0.001)]
    [InlineData("+2", 2)]
    public void A_point_is_for_decimals(string text, double value)
    {
        Assert.True(PlainNumber.TryParse<double>(text, out var read));
        Assert.Equal(value, read);
    }

    [Theory]
    [InlineData("0,5")]
    [InlineData("1,000")]
    [InlineData("1 000")]
    [InlineData(" 1")]
    [InlineData("(1)")]
    [InlineData("$1")]
    [InlineData("1e400")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("")]
    public void Nothing_else_is_a_number(string text) => Assert.False(PlainNumber.TryParse<double>(text, out _) || PlainNumber.TryParse<float>(text, out _));

    [Theory]
    [InlineData("1.0")]
    [InlineData("1e2")]
    [InlineData("2147483648")]
    public void A_whole_number_has_no_decimals_and_fits(string text) => Assert.False(PlainNumber.TryParse<int>(text, out _));

    [Fact]
    public void What_is_written_in_the_invariant_culture_is_read_back() => Gen.Double[-1e300, 1e300].Sample(value =>
        Assert.True(PlainNumber.TryParse<double>(value.ToString("R", CultureInfo.InvariantCulture), out var read) && read == value));
}
