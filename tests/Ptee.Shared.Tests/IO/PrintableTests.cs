using CsCheck;
using Ptee.Shared.IO;

namespace Ptee.Shared.Tests.IO;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("café 猫 😀.png", "café 猫 😀.png")]
    [InlineData("a\nb\r\tc", @"a\nb\r\tc")]
    [InlineData("\u001b]0;title\u0007", @"\u001b]0;title\u0007")]
    [InlineData("\u0000\u007f\u009b", @"\u0000\u007f\u009b")]
    [InlineData("\u202egnp.exe", @"\u202egnp.exe")]
    [InlineData("\u2028", @"\u2028")]
    public void A_message_shows_what_no_terminal_may_obey(string text, string shown) => Assert.Equal(shown, Printable.Message(text));

    [Fact]
    public void Lines_stay_lines() => Assert.Equal("a\\r\nb\\u001b\n", Printable.Lines("a\r\nb\u001b\n"));

    [Fact]
    public void No_text_makes_a_second_line_or_a_control_character() => Gen.String.Sample(text =>
        Assert.DoesNotContain(Printable.Message(text), c => char.IsControl(c) || c is '\u2028' or '\u2029'));

    [Fact]
    public void A_text_from_a_file_stays_one_line_and_short()
    {
        var quoted = Printable.Quote("a\nb\r\u2028\u001b[31m" + new string('x', 5_000));

        Assert.StartsWith("'a?b???[31mxxx", quoted, StringComparison.Ordinal);
        Assert.InRange(quoted.Length, 100, 110);
    }
}
