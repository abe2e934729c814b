using System.Text.RegularExpressions;

namespace Ptee.Shared.IO;

/// <summary>What the command line's parser says, in a user's words and on one line; and what it would not say.</summary>
public static partial class ParserMessage
{
    /// <param name="message">One that may name .NET's type of what was expected.</param>
    public static string Plain(string message) => TypeName().Replace(
        message.ReplaceLineEndings(" ").TrimEnd('.'),
        match => match.Groups[1].Value switch
        {
            "Boolean" => "true or false",
            "Int32" or "Int64" => "a whole number",
            _ => "a number",
        });

    /// <summary>An empty word, as a variable of a shell gives that is not set: the parser takes it for a value.</summary>
    /// <exception cref="PteeFormatException">There is one; the option before it is named.</exception>
    public static void RequireWords(IReadOnlyList<string> args)
    {
        var options = true;
        for (var i = 0; i < args.Count; i++)
        {
            options &= args[i] != "--"; // What comes after it are no options.
            var option = args[i] switch
            {
                "" => i > 0 && options && args[i - 1].StartsWith('-') ? args[i - 1] : $"argument {i + 1}",
                ['-', '-', _, .., '='] assigned when options && assigned.IndexOf('=', StringComparison.Ordinal) == assigned.Length - 1 => assigned[..^1],
                _ => null,
            };
            if (option is not null)
            {
                throw new PteeFormatException($"{option}: expected a value, got an empty one");
            }
        }
    }

    [GeneratedRegex(@"expected type 'System\.(?:Nullable`1\[System\.)?(Boolean|Int32|Int64|Single|Double)\]?'$")]
    private static partial Regex TypeName();
}
