using System.Globalization;
using System.Text;

namespace Ptee.Shared.Weights;

/// <summary>Text that a file brought, made fit for one line of a message.</summary>
public static class Printable
{
    private const int MaxLength = 100;

    /// <summary>In quotes, at most 100 characters, with a <c>?</c> for whatever is not printable.</summary>
    public static string Quote(string text) => $"'{Line(text)}'";

    /// <summary>The same without quotes.</summary>
    public static string Line(string text)
    {
        var shown = text.Length <= MaxLength ? text : text[..MaxLength] + "…";
        return string.Concat(shown.Select(c => IsPlain(c) ? c : '?'));
    }

    /// <summary>
    /// A file's name, a path or a message with one, whole: what is not printable, or changes the order of what is, is
    /// written as JSON writes it.
    /// </summary>
    public static string Name(string text)
    {
        var shown = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (Rune.TryGetRuneAt(text, i, out var rune) && IsShown(Rune.GetUnicodeCategory(rune)))
            {
                shown.Append(rune.ToString());
                i += rune.Utf16SequenceLength - 1;
            }
            else
            {
                shown.Append(text[i] switch
                {
                    '\n' => "\\n",
                    '\r' => "\\r",
                    '\t' => "\\t",
                    var other => $"\\u{(int)other:x4}",
                });
            }
        }

        return shown.ToString();
    }

    private static bool IsShown(UnicodeCategory category) => category is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);

    // The two separators are line ends to a terminal, and lone surrogates to nobody.
    private static bool IsPlain(char c) =>
        !char.IsControl(c) && !char.IsSurrogate(c) && c is not ('\u2028' or '\u2029');
}
