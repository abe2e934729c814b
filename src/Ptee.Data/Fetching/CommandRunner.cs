using System.ComponentModel;
using System.Diagnostics;
using Ptee.Shared;
using Ptee.Shared.Processes;

namespace Ptee.Data.Fetching;

/// <summary>Runs another program to its end.</summary>
internal static class CommandRunner
{
    private const int MaxMessage = 400;

    /// <param name="hint">How to get the program, for the message where it is not installed.</param>
    /// <exception cref="PteeFormatException">It is not installed, or failed: the message has the first of what it said
    /// on stderr.</exception>
    /// <exception cref="TimeoutException">It took too long; it and its children are ended.</exception>
    public static async Task RunAsync(
        string command,
        IEnumerable<string> arguments,
        string workingFolder,
        string hint,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        using var process = Start(command, arguments, workingFolder, hint);
        process.StandardInput.Close(); // It must not wait for an answer that nobody gives.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            var said = process.StandardError.ReadToEndAsync(limit.Token);
            var printed = process.StandardOutput.ReadToEndAsync(limit.Token); // A full pipe would stop it.
            await Task.WhenAll(said, printed, process.WaitForExitAsync(limit.Token)).ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                var why = OneLine(await said.ConfigureAwait(false));
                throw new PteeFormatException($"{new ProcessEnd(command, process.ExitCode)}: {why}");
            }
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException($"{command} was not done after {timeout.TotalSeconds:0} s", e);
        }
    }

    private static Process Start(string command, IEnumerable<string> arguments, string workingFolder, string hint)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = workingFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!; // Null only with UseShellExecute.
        }
        catch (Win32Exception e)
        {
            throw new PteeFormatException($"{command} cannot be started, is it installed? ({hint})", e);
        }
    }

    private static string OneLine(string text)
    {
        const StringSplitOptions neat = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        var line = string.Join("; ", text.Split('\n', neat));
        return line.Length <= MaxMessage ? line : string.Concat(line.AsSpan(0, MaxMessage), " …");
    }
}
