using System.Text.RegularExpressions;

namespace Ptee.Shared.IO;

/// <summary>What the command line's parser says, in a user's words and on one line.</summary>
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

    [GeneratedRegex(@"expected type 'System\.(?:Nullable`1\[System\.)?(Boolean|Int32|Int64|Single|Double)\]?'$")]
    private static partial Regex TypeName();
}
