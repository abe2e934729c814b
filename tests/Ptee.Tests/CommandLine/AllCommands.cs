using System.CommandLine;
using Ptee.Edge.Commands;
using Ptee.Server.Commands;

namespace Ptee.Tests.CommandLine;

/// <summary>Every command of the three programs, made anew.</summary>
internal static class AllCommands
{
    public static IReadOnlyList<(string Path, Command Command)> Make() =>
    [
        .. Of("ptee", Cli.Cli.Root),
        .. Of("ptee-edge", EdgeCommandLine.Root(TextWriter.Null, TextWriter.Null)),
        .. Of("ptee-server", ServeCommand.Root(TextWriter.Null)),
    ];

    private static IEnumerable<(string Path, Command Command)> Of(string path, Command command) =>
        command.Subcommands.SelectMany(sub => Of($"{path} {sub.Name}", sub)).Prepend((path, command));
}
