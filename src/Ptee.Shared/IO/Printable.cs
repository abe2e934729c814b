using System.Globalization;
using System.Text;

namespace Ptee.Shared.IO;

/// <summary>Text that somebody else wrote, made fit to be printed: no terminal obeys it.</summary>
public static class Printable
{
    private const int MaxLength = 100;

    /// <summary>In quotes, at most 100 characters, with a <c>?</c> for whatever is not printable.</summary>
    public static string Quote(string text) => $"'{Line(text)}'";

    /// <summary>The same without quotes.</summary>
    public static string Line(string text) => Clip(text, MaxLength);

    /// <summary>The same with a length of its own.</summary>
    /// <param name="most">Characters that are shown.</param>
    public static string Clip(string text, int most)
    {
        var shown = text.Length <= most ? text : text[..most] + "…";
        return string.Concat(shown.Select(c => IsPlain(c) ? c : '?'));
    }

    /// <summary>A whole message, path or name on one line: <c>\n</c>, <c>\r</c>, <c>\t</c> or <c>\u001b</c>, as JSON writes it, for
    /// whatever is not printable.</summary>
    public static string Message(string text) => Shown(text, IsPlain);

    /// <summary>The same of a text whose lines are its own.</summary>
    public static string Lines(string text) => Shown(text, c => c == '\n' || IsPlain(c));

    private static string Shown(string text, Func<char, bool> stays)
    {
        var plain = 0;
        while (plain < text.Length && stays(text[plain]))
        {
            plain++;
        }

        if (plain == text.Length)
        {
            return text; // Nearly always.
        }

        var shown = new StringBuilder(text, 0, plain, text.Length + 16);
        for (var i = plain; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                shown.Append(text, i++, 2);
            }
            else if (stays(text[i]))
            {
                shown.Append(text[i]);
            }
            else
            {
                shown.Append(Escape(text[i]));
            }
        }

        return shown.ToString();
    }

    private static string Escape(char c) => c switch
    {
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        _ => string.Create(CultureInfo.InvariantCulture, $@"\u{(int)c:x4}"),
    };

    // The two separators are line ends to a terminal, and lone surrogates to nobody.
    private static bool IsPlain(char c) =>
        !char.IsControl(c) && !char.IsSurrogate(c) && c is not ('\u2028' or '\u2029') && !IsDirection(c);

    /// <summary>Turns what follows round: <c>gnp.exe</c> would be read as <c>exe.png</c>.</summary>
    private static bool IsDirection(char c) => c is '\u200e' or '\u200f' or '\u061c' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
