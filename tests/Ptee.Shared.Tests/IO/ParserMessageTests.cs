using Ptee.Shared.IO;

namespace Ptee.Shared.Tests.IO;

public sealed class ParserMessageTests
{
    [Theory]
    [InlineData("Cannot parse argument 'x' for option '--a' as expected type 'System.Int32'.", "Cannot parse argument 'x' for option '--a' as a whole number")]
    [InlineData("Cannot parse argument 'x' for option '--a' as expected type 'System.Nullable`1[System.Int64]'.", "Cannot parse argument 'x' for option '--a' as a whole number")]
    [InlineData("Cannot parse argument 'x' for option '--a' as expected type 'System.Nullable`1[System.Single]'.", "Cannot parse argument 'x' for option '--a' as a number")]
    [InlineData("Cannot parse argument 'x' for option '--a' as expected type 'System.Boolean'.", "Cannot parse argument 'x' for option '--a' as true or false")]
    [InlineData("Required argument\nmissing.", "Required argument missing")]
    [InlineData("--a is 7, expected 0 to 3", "--a is 7, expected 0 to 3")]
    public void Types_of_dotnet_are_not_for_users(string message, string plain) => Assert.Equal(plain, ParserMessage.Plain(message));

    [Theory]
    [InlineData("--bundle", "train", "--bundle", "")]
    [InlineData("--bundle", "--bundle=", "x")]
    [InlineData("argument 2", "eval", "")]
    public void An_empty_word_is_no_value(string named, params string[] args) => Assert.Equal(
        $"{named}: expected a value, got an empty one", Assert.Throws<PteeFormatException>(() => ParserMessage.RequireWords(args)).Message);

    [Fact]
    public void Other_words_are_the_parser_s_business() => ParserMessage.RequireWords(["-", "=", "--=", "--a=b", "--a=b=", " ", "--", "--a="]);
}
