using System.CommandLine;
using Ptee.CommandLine;

namespace Ptee.Edge.Commands;

/// <summary>The <c>ptee-edge</c> command.</summary>
internal static class EdgeCommandLine
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <returns>The exit status.</returns>
    public static Task<int> RunAsync(
        string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken = default) =>
        new CommandLineProgram("ptee-edge", Root(output, error), output, error) { Patience = Patience }.RunAsync(args, cancellationToken);

    public static RootCommand Root(TextWriter output, TextWriter error) =>
        new("The device's agent of Ptee: answers what it is sure of by itself, and the rest with a server's help.")
        {
            ClassifyCommand.Create(output, error),
        };
}
