namespace Ptee.Shared.Weights;

/// <summary>Text that a file brought, made fit for one line of a message.</summary>
public static class Printable
{
    private const int MaxLength = 100;

    /// <summary>In quotes, at most 100 characters, with a <c>?</c> for whatever is not printable.</summary>
    public static string Quote(string text) => $"'{Line(text)}'";

    /// <summary>The same without quotes.</summary>
    public static string Line(string text) => Line(text, MaxLength);

    /// <summary>The same for a whole message that quotes such text: at most so many characters.</summary>
    public static string Line(string text, int most)
    {
        var shown = text.Length <= most ? text : text[..most] + "…";
        return string.Concat(shown.Select(c => IsPlain(c) ? c : '?'));
    }

    // The two separators are line ends to a terminal, and lone surrogates to nobody.
    private static bool IsPlain(char c) =>
        !char.IsControl(c) && !char.IsSurrogate(c) && c is not ('\u2028' or '\u2029');
}
