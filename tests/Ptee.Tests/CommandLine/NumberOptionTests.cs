using System.CommandLine;
using System.Globalization;
using CsCheck;
using Ptee.CommandLine;

namespace Ptee.Tests.CommandLine;

public sealed class NumberOptionTests
{
    /// <summary>Writes 0.5 as 0,5 and 5000 as 5.000. Made here: not every machine knows other cultures.</summary>
    private static readonly CultureInfo German = new("")
    {
        NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = ".", NegativeSign = "−" },
    };

    [Fact]
    public void Every_number_of_every_command_is_read_by_the_kit()
    {
        var symbols = AllCommands.Make().SelectMany(named =>
            named.Command.Options.Select(option => (Path: $"{named.Path} {option.Name}", Symbol: (Symbol)option, Type: option.ValueType))
                .Concat(named.Command.Arguments.Select(argument => (Path: $"{named.Path} {argument.Name}", Symbol: (Symbol)argument, Type: argument.ValueType)))).ToArray();

        var numbers = symbols.Where(symbol => IsNumber(symbol.Type)).ToArray();

        Assert.InRange(numbers.Length, 60, 500);
        Assert.Empty(numbers.Where(number =>
            !(number.Symbol.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(NumberOption<>))).Select(number => number.Path));
    }

    [Theory]
    [InlineData("many")]
    [InlineData("1 000")]
    [InlineData("1'0")]
    [InlineData("½")]
    [InlineData("NaN")]
    [InlineData("∞")]
    [InlineData("1e999")]
    [InlineData("0x1")]
    [InlineData("٣")]
    public void No_number_of_any_command_is_read_from_anything_else(string text) => WithGerman(() => Assert.Empty(
        Numbers().Where(number => Faults(number, text).Length == 0).Select(number => $"{number.Path} {number.Option.Name}")));

    [Theory]
    [InlineData("0,9")]
    [InlineData("1,000")]
    [InlineData("0,4914")]
    [InlineData("1.000,5")]
    [InlineData(" 1")]
    public void A_comma_or_a_space_in_a_single_number_is_refused_by_every_command(string text) => WithGerman(() => Assert.All(
        Numbers().Where(number => !number.Option.ValueType.IsArray),
        number => Assert.StartsWith($"{number.Option.Name} is '{text}', expected a ", Assert.Single(Faults(number, text)), StringComparison.Ordinal)));

    [Fact]
    public void A_number_is_what_was_written_in_every_culture() => WithGerman(() => Gen.Double[-1e6, 1e6].Sample(value =>
    {
        var option = NumberOptions.One("--x", "", -1e6, 1e6, otherwise: 0.0);
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        Assert.Equal(value, new RootCommand { option }.Parse(["--x", text]).GetValue(option));
    }));

    [Theory]
    [InlineData("0", true)]
    [InlineData("3.5", true)]
    [InlineData("-0.001", false)]
    [InlineData("3.501", false)]
    public void Both_limits_may_be_taken(string text, bool good)
    {
        var option = NumberOptions.Optional("--x", "", 0, 3.5);
        Assert.Equal(good, new RootCommand { option }.Parse(["--x", text]).Errors.Count == 0);
    }

    [Theory]
    [InlineData("--mean 0.4914,0.4822,0.4465 f.pth", "f.pth")]
    [InlineData("--mean 0.4914 0.4822 0.4465 f.pth", "f.pth")]
    [InlineData("f.pth --mean=0.4914,0.4822,0.4465", "f.pth")]
    [InlineData("f.pth --mean 0.4914 0.4822 0.4465 --other", "f.pth")]
    public void A_list_has_commas_or_spaces_between_and_takes_no_word_after_it(string line, string file)
    {
        var (mean, other) = (NumberOptions.List<double>("--mean", "", 0, 1, 3, 3, [0, 0, 0]), new Option<bool>("--other"));
        var name = new Argument<string>("FILE");
        var root = new RootCommand { mean, other, name };

        var parsed = root.Parse(NumberLists.Join(root, line.Split(' ')));

        Assert.Empty(parsed.Errors);
        Assert.Equal([0.4914, 0.4822, 0.4465], parsed.GetValue(mean)!);
        Assert.Equal(file, parsed.GetValue(name));
    }

    [Theory]
    [InlineData("--mean 0,4914 0,4822 0,4465", "--mean is '0,4914', expected 3 numbers from 0 to 1 with commas or spaces between; decimals are written with a point, as 0.5")]
    [InlineData("--mean 123.675 116.28 103.53", "--mean is '123.675,116.28,103.53', expected 3 numbers from 0 to 1 with commas or spaces between; of pictures whose values go from 0 to 1: divide what was computed on the scale 0 to 255 by 255")]
    [InlineData("--std 58.395,57.12,57.375", "--std is '58.395,57.12,57.375', expected 3 numbers from 0 to 5 with commas or spaces between; of pictures whose values go from 0 to 1: divide what was computed on the scale 0 to 255 by 255")]
    [InlineData("--mean 0.5 0.5", "--mean is '0.5,0.5', expected 3 numbers from 0 to 1 with commas or spaces between; decimals are written with a point, as 0.5")]
    public async Task Statistics_of_another_scale_or_count_are_refused(string words, string said) => Assert.Equal(
        $"ptee: {said} (ptee import --help shows how)", await Words.RefusedAsync($"ptee import x.pth --arch resnet20 -o m {words}"));

    [Theory]
    [InlineData("ptee train m --lambda 0,9", "--lambda is '0,9', expected a number from 0 to 1000; decimals are written with a point, as 0.5")]
    [InlineData("ptee eval x.ptee --threshold 0,1", "--threshold is '0,1', expected a number from 0 to 1.01; decimals are written with a point, as 0.5")]
    [InlineData("ptee-edge classify x.png --bundle x.ptee --threshold 0,1", "--threshold is '0,1', expected a number from 0 to 1.01; decimals are written with a point, as 0.5")]
    [InlineData("ptee sweep m --lambda 0.5,1001", "--lambda is '0.5,1001', expected 1 to 100 numbers from 0 to 1000 with commas or spaces between; decimals are written with a point, as 0.5")]
    [InlineData("ptee train m --rate 0", "--rate is '0', expected a number from 0.0000001 to 1")]
    [InlineData("ptee eval x.ptee --images 0", "--images is '0', expected a whole number from 1 up")]
    public async Task A_number_outside_its_range_is_named_with_it(string line, string said) =>
        Assert.Contains($": {said} (", await Words.RefusedAsync(line), StringComparison.Ordinal);

    private static (string Path, Command Command, Option Option)[] Numbers() =>
    [
        .. AllCommands.Make().SelectMany(named =>
            named.Command.Options.Where(option => IsNumber(option.ValueType)).Select(option => (named.Path, named.Command, option))),
    ];

    private static string[] Faults((string Path, Command Command, Option Option) number, string text) =>
    [
        .. number.Command.Parse([number.Option.Name, text]).Errors.Select(error => error.Message)
            .Where(message => message.StartsWith(number.Option.Name, StringComparison.Ordinal)),
    ];

    private static bool IsNumber(Type type)
    {
        var element = type.IsArray ? type.GetElementType()! : type.IsGenericType ? type.GetGenericArguments()[0] : type;
        return (Nullable.GetUnderlyingType(element) ?? element).GetInterfaces()
            .Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(System.Numerics.INumber<>)) && element != typeof(char);
    }

    private static void WithGerman(Action test)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = German;
            test();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
