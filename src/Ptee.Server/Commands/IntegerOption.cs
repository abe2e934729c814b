using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Ptee.Server.Commands;

/// <summary>An option that takes a whole number within a range; what else is given is refused in one line.</summary>
internal static class IntegerOption
{
    public static Option<int> Create(string name, string description, int low, int high, int otherwise) => new(name)
    {
        Description = $"{description} {low} to {high}.",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result => Parse(result, name, low, high),
        HelpName = "N",
    };

    private static int Parse(ArgumentResult result, string name, int low, int high)
    {
        var text = result.Tokens[^1].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value >= low && value <= high)
        {
            return value;
        }

        result.AddError($"{name}: expected a number from {low} to {high}, got '{text}'");
        return low;
    }
}
