using System.CommandLine.Parsing;
using System.Numerics;

namespace Ptee.CommandLine;

/// <summary>Makes options that take numbers. Both limits may be taken; the help names them.</summary>
public static class NumberOptions
{
    /// <param name="otherwise">The value where the option is not given.</param>
    public static NumberOption<T> One<T>(string name, string description, T low, T high, T otherwise, string valueName = "N")
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        var range = new NumberRange<T>(low, high);
        return new(name, description, range.Help, valueName, result => Parse(result, name, range)) { DefaultValueFactory = _ => otherwise };
    }

    /// <summary>Null where the option is not given.</summary>
    public static NumberOption<T?> Optional<T>(string name, string description, T low, T high, string valueName = "N")
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        var range = new NumberRange<T>(low, high);
        return new(name, description, range.Help, valueName, result => Parse(result, name, range));
    }

    /// <summary>Several, with commas between, or as words of their own: <c>0.5 0.5</c>.</summary>
    /// <param name="least">How many there are at least.</param>
    /// <param name="most">And at most.</param>
    /// <param name="otherwise">Where the option is not given; null: it has to be.</param>
    /// <param name="tooHigh">What whoever gives a number above <paramref name="high"/> may have meant; null: nothing special.</param>
    public static NumberOption<T[]> List<T>(
        string name, string description, T low, T high, int least, int most, T[]? otherwise, string valueName = "N,N,…", string? tooHigh = null)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        var range = new NumberRange<T>(low, high, tooHigh);
        var option = new NumberOption<T[]>(name, description, range.Help, valueName, ParseAll) { Required = otherwise is null };
        if (otherwise is not null)
        {
            option.DefaultValueFactory = _ => otherwise;
        }

        return option;

        T[]? ParseAll(ArgumentResult result)
        {
            var text = result.Tokens[^1].Value;
            var parts = text.Split(',', StringSplitOptions.TrimEntries);
            var fits = parts.Length >= least && parts.Length <= most;
            if (fits && parts.All(range.Has))
            {
                return [.. parts.Select(NumberRange<T>.Parse)];
            }

            result.AddError(range.Fault(name, text, least == most ? $"{most}" : $"{least} to {most}", fits ? parts : []));
            return null;
        }
    }

    private static T Parse<T>(ArgumentResult result, string name, NumberRange<T> range)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        var text = result.Tokens[^1].Value;
        if (range.Has(text))
        {
            return NumberRange<T>.Parse(text);
        }

        result.AddError(range.Fault(name, text));
        return range.Low;
    }
}
