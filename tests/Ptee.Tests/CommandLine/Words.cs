using Ptee.Edge.Commands;
using Ptee.Server.Commands;

namespace Ptee.Tests.CommandLine;

/// <summary>A program run inside the test with the words of one line.</summary>
internal static class Words
{
    /// <param name="line">Begins with the program's name.</param>
    /// <returns>What it said on standard error: one line.</returns>
    public static async Task<string> RefusedAsync(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        using var error = new StringWriter();
        var status = await (words[0] switch
        {
            "ptee" => Cli.Cli.RunAsync(words[1..], error),
            "ptee-edge" => EdgeCommandLine.RunAsync(words[1..], TextWriter.Null, error),
            _ => ServeCommand.RunAsync(words[1..], TextWriter.Null, error),
        });
        Assert.Equal(1, status);
        return Assert.Single(error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
