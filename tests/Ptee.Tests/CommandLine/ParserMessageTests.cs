using Ptee.CommandLine;
using Ptee.Shared;

namespace Ptee.Tests.CommandLine;

public sealed class ParserMessageTests
{
    [Theory]
    [InlineData("ptee imprt x", "ptee: unknown command 'imprt'; did you mean 'import'? (ptee --help shows how)")]
    [InlineData("ptee imprt x --arch resnet20 -o m", "ptee: unknown command 'imprt'; did you mean 'import'? (ptee --help shows how)")]
    [InlineData("ptee frobnicate", "ptee: unknown command 'frobnicate' (ptee --help shows how)")]
    [InlineData("ptee", "ptee: the command is missing (ptee --help shows how)")]
    [InlineData("ptee data fetch cifar10", "ptee: unknown command 'fetch', expected get (ptee data --help shows how)")]
    [InlineData("ptee --vesrion", "ptee: unknown option '--vesrion'; did you mean '--version'? (ptee --help shows how)")]
    [InlineData("ptee import --outpt m x.pth --arch resnet20", "ptee: unknown option '--outpt'; did you mean '--output'? (ptee import --help shows how)")]
    [InlineData("ptee import x.pth --arhc=resnet20 -o m", "ptee: unknown option '--arhc'; did you mean '--arch'? (ptee import --help shows how)")]
    [InlineData("ptee import --arch resnet20 -o m", "ptee: FILE is missing (ptee import --help shows how)")]
    [InlineData("ptee import x.pth -o m", "ptee: Option '--arch' is required (ptee import --help shows how)")]
    [InlineData("ptee verify a.ptee b.ptee", "ptee: 'b.ptee' is one word too many (ptee verify --help shows how)")]
    [InlineData("ptee place m --exits 0 extra", "ptee: --exits is '0', expected a whole number from 1 to 64 (ptee place --help shows how)")]
    [InlineData("ptee place m --each-kind=perhaps", "ptee: 'perhaps' is one word too many (ptee place --help shows how)")]
    [InlineData("ptee-edge photos/ --bundle x.ptee", "ptee-edge: unknown command 'photos/', expected classify (ptee-edge --help shows how)")]
    [InlineData("ptee-edge classify a.png --bundel x.ptee", "ptee-edge: unknown option '--bundel'; did you mean '--bundle'? (ptee-edge classify --help shows how)")]
    [InlineData("ptee-edge classify a.png --bundle x.ptee --server localhost:5210", "ptee-edge: --server is 'localhost:5210', expected http://HOST:PORT as ptee-server prints it, or https://HOST:PORT of a proxy before it")]
    [InlineData("ptee-server --bundle x.ptee y", "ptee-server: 'y' is one word too many (ptee-server --help shows how)")]
    [InlineData("ptee-server --bundle x.ptee --queue 0 --max-batch 0", "ptee-server: --max-batch is '0', expected a whole number from 1 to 256; --queue is '0', expected a whole number from 1 to 65536 (ptee-server --help shows how)")]
    [InlineData("ptee-server --bundle x.ptee --urls https://127.0.0.1:5210", "ptee-server: --urls is 'https://127.0.0.1:5210', expected http: ptee-server itself speaks no TLS, a proxy before it does")]
    public async Task The_word_that_is_wrong_is_named(string line, string said) => Assert.Equal(said, await Words.RefusedAsync(line));

    [Theory]
    [InlineData("--bundle", "train", "--bundle", "")]
    [InlineData("--bundle", "--bundle=", "x")]
    [InlineData("argument 2", "eval", "")]
    public void An_empty_word_is_no_value(string named, params string[] args) => Assert.Equal(
        $"{named}: expected a value, got an empty one", Assert.Throws<PteeFormatException>(() => ParserMessage.RequireWords(args)).Message);

    [Fact]
    public void Other_words_are_the_parser_s_business() => ParserMessage.RequireWords(["-", "=", "--=", "--a=b", "--a=b=", " ", "--", "--a="]);

    [Fact]
    public async Task A_word_after_two_dashes_is_no_option() =>
        Assert.Equal("ptee: --nowhere.ptee: not found, expected a bundle (.ptee)", await Words.RefusedAsync("ptee verify -- --nowhere.ptee"));
}
