using System.CommandLine;
using System.Globalization;

namespace Ptee.Edge.Commands;

/// <summary>Options whose values have bounds.</summary>
internal static class Ranged
{
    /// <summary>Refuses what is outside; the message names the option, what was expected and what came.</summary>
    public static Option<T> Between<T>(this Option<T> option, double low, double high)
    {
        option.Validators.Add(result =>
        {
            // The text, not the value: what is no number at all is another message's business.
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                && !(value >= low && value <= high))
            {
                result.AddError(string.Create(
                    CultureInfo.InvariantCulture, $"{option.Name} {text}: expected {low} to {high}"));
            }
        });
        return option;
    }
}
