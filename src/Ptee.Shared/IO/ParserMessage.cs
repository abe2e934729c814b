using System.Text.RegularExpressions;

namespace Ptee.Shared.IO;

/// <summary>What the command line's parser says, in a user's words and on one line.</summary>
public static partial class ParserMessage
{
    /// <param name="message">One that may name .NET's type of the number that was expected.</param>
    public static string Plain(string message) => TypeName().Replace(
        message.ReplaceLineEndings(" ").TrimEnd('.'), match => match.Value.Contains("Int", StringComparison.Ordinal) ? "a whole number" : "a number");

    [GeneratedRegex(@"expected type 'System\..*?'$")]
    private static partial Regex TypeName();
}
