using System.Text.RegularExpressions;

namespace Ptee.Cli.Output;

/// <summary>How weights were made, as people read it.</summary>
internal static partial class SourceText
{
    /// <summary>A provenance's source, with the settings of a training in words; those that were left open are left out.</summary>
    /// <remarks>Bundles keep settings as a record prints itself, <c>Options { BatchSize = 128, Soft =  }</c>, and those that exist cannot change.</remarks>
    public static string Of(string source) => Settings().Replace(source, match => "trained with " + string.Join(
        ", ", match.Groups["pairs"].Value.Split(", ").Select(pair => pair.Split('=', 2, StringSplitOptions.TrimEntries))
            .Where(pair => pair is [_, not ""])
            .Select(pair => $"{InsideWord().Replace(pair[0], " ").ToLowerInvariant()} {pair[1]}")));

    [GeneratedRegex(@"\w+ \{ (?<pairs>[^{}]*) \}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Settings();

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InsideWord();
}
