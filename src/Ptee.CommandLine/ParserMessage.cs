using System.CommandLine;
using System.CommandLine.Parsing;
using Ptee.Shared;
using Ptee.Shared.IO;

namespace Ptee.CommandLine;

/// <summary>What is wrong with a command line, in a user's words and on one line: the parser blames the last word for the first.</summary>
internal static class ParserMessage
{
    private const string Stray = "Unrecognized command or argument";

    /// <param name="program">Its name.</param>
    /// <param name="parsed">With errors.</param>
    public static string Of(string program, ParseResult parsed, IReadOnlyList<string> args)
    {
        var command = parsed.CommandResult.Command;
        var path = string.Join(' ', Path(parsed.CommandResult).Prepend(program));
        var unknown = UnknownOption(parsed, args);
        // Of a command that nobody knows, its options are not known either.
        var fault = command.Subcommands.Count > 0 ? OfCommand(command, parsed.UnmatchedTokens, unknown)
            : unknown is not null ? OfOption(unknown, command)
            : parsed.Errors.Where(found => !found.Message.StartsWith(Stray, StringComparison.Ordinal)).ToArray() is { Length: > 0 } faults
                ? string.Join("; ", faults.Select(found => Plain(found.Message, command)).Distinct())
            : $"{Printable.Quote(parsed.UnmatchedTokens[0])} is one word too many";
        return $"{fault} ({path} --help shows how)";
    }

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

    private static IEnumerable<string> Path(CommandResult command) =>
        command.Parent is CommandResult parent ? Path(parent).Append(command.Command.Name) : [];

    private static string OfCommand(Command command, IReadOnlyList<string> unmatched, string? unknown)
    {
        var names = command.Subcommands.Select(sub => sub.Name).ToArray();
        var known = names.Length > 3 ? "" : $", expected {string.Join(" or ", names)}";
        return unmatched.FirstOrDefault(word => !word.StartsWith('-')) is { } word ? $"unknown command {Printable.Quote(word)}{Nearest.Hint(word, names)}{known}"
            : unknown is not null ? OfOption(unknown, command)
            : $"the command is missing{known}";
    }

    private static string OfOption(string word, Command command) =>
        $"unknown option {Printable.Quote(word)}{Nearest.Hint(word, [.. command.Options.SelectMany(option => option.Aliases.Prepend(option.Name))])}";

    /// <summary>An option that the command does not have: the parser takes it for a value of its arguments, if it has any.</summary>
    private static string? UnknownOption(ParseResult parsed, IReadOnlyList<string> args)
    {
        var taken = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value);
        var strange = taken.Concat(parsed.UnmatchedTokens).ToHashSet();
        return args.TakeWhile(word => word != "--").FirstOrDefault(word => word is ['-', not (>= '0' and <= '9'), ..] && strange.Contains(word))?.Split('=')[0];
    }

    private static string Plain(string message, Command command)
    {
        var line = string.Join(' ', message.Split((char[])['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
        return line.StartsWith("Required argument missing for command", StringComparison.Ordinal)
            ? $"{string.Join(' ', command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0).Select(argument => argument.Name))} is missing"
            : Printable.Message(line);
    }
}
