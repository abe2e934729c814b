using CsCheck;
using Ptee.Shared.Weights;

namespace Ptee.Shared.Tests.Weights;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("caf\u00e9 \U0001F4F7.png", "caf\u00e9 \U0001F4F7.png")]
    [InlineData("two\nlines\t.png", @"two\nlines\t.png")]
    [InlineData("colour\u001b[31m", @"colour\u001b[31m")]
    [InlineData("gpj.\u202egnp.exe", @"gpj.\u202egnp.exe")] // Would be read backwards.
    [InlineData("\u2028\u0085", @"\u2028\u0085")]
    public void A_name_is_shown_as_it_is_but_for_what_a_terminal_would_obey(string name, string shown) =>
        Assert.Equal(shown, Printable.Name(name));

    [Fact]
    public void Half_a_character_is_written_out() => Assert.Equal(@"a\ud83db", Printable.Name("a" + (char)0xD83D + "b"));

    [Fact]
    public void No_text_has_a_control_character_left() =>
        Gen.String.Sample(text => Assert.DoesNotContain(Printable.Name(text), char.IsControl));
}
