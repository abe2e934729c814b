using System.CommandLine;
using Ptee.Shared.IO;

namespace Ptee.CommandLine;

/// <summary>Numbers of one list that are words of their own: <c>--mean 0.5 0.5 0.5</c> is <c>--mean 0.5,0.5,0.5</c>.</summary>
internal static class NumberLists
{
    /// <summary>
    /// The words with each such list in one. The parser could gather them too, but it would take whatever comes after them: a
    /// file's name, say.
    /// </summary>
    public static IReadOnlyList<string> Join(Command command, IReadOnlyList<string> args)
    {
        var lists = command.Options.Where(option => option.ValueType.IsArray).SelectMany(option => option.Aliases.Prepend(option.Name)).ToHashSet();
        var joined = new List<string>();
        for (var i = 0; i < args.Count; i++)
        {
            joined.Add(args[i]);
            if (i > 0 && lists.Contains(args[i - 1]) && IsNumber(args[i]))
            {
                while (i + 1 < args.Count && IsNumber(args[i + 1]))
                {
                    joined[^1] += $",{args[++i]}";
                }
            }
        }

        return joined;
    }

    private static bool IsNumber(string word) => PlainNumber.TryParse<double>(word, out _);
}
