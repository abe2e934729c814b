using System.Globalization;
using System.Numerics;
using Ptee.Shared.IO;

namespace Ptee.CommandLine;

/// <summary>What an option takes: numbers between two, both included.</summary>
/// <param name="TooHigh">What whoever gives more may have meant; null: nothing special.</param>
internal sealed record NumberRange<T>(T Low, T High, string? TooHigh = null)
    where T : struct, INumber<T>, IMinMaxValue<T>
{
    private static readonly bool IsWhole = default(T) is int or long;

    /// <summary>For the help: <c>1 to 256.</c></summary>
    public string Help => (HasLow, HasHigh) switch
    {
        (true, true) => $"{Text(Low)} to {Text(High)}.",
        (true, false) => $"{Text(Low)} or more.",
        _ => "",
    };

    private bool HasLow => Low > T.MinValue;

    private bool HasHigh => High < T.MaxValue;

    private string Limits => (HasLow, HasHigh) switch
    {
        (true, true) => $" from {Text(Low)} to {Text(High)}",
        (true, false) => $" from {Text(Low)} up",
        _ => "",
    };

    public bool Has(string text) => PlainNumber.TryParse<T>(text, out var value) && value >= Low && value <= High;

    /// <param name="text">One that it <see cref="Has"/>.</param>
    public static T Parse(string text) => PlainNumber.TryParse<T>(text, out var value) ? value : throw new ArgumentException(text, nameof(text));

    /// <summary>What is wrong with the text of an option: it is no such number.</summary>
    public string Fault(string option, string text) =>
        $"{option} is {Printable.Quote(text)}, expected a {(IsWhole ? "whole number" : "number")}{Limits}{Hint(text, [text])}";

    /// <summary>What is wrong with it: it is no list of such numbers.</summary>
    /// <param name="count">How many are expected.</param>
    /// <param name="parts">Of the text, where they are as many.</param>
    public string Fault(string option, string text, string count, string[] parts) =>
        $"{option} is {Printable.Quote(text)}, expected {count} numbers{Limits} with commas or spaces between{Hint(text, parts)}";

    private string Hint(string text, string[] parts) =>
        TooHigh is not null && parts.Any(part => PlainNumber.TryParse<T>(part, out var value) && value > High) ? $"; {TooHigh}"
        : !IsWhole && text.Contains(',', StringComparison.Ordinal) ? "; decimals are written with a point, as 0.5"
        : "";

    private static string Text(T value) => value.ToString("0.############", CultureInfo.InvariantCulture);
}
