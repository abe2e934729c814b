using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Runtime.InteropServices;
using Ptee.Shared;
using Ptee.Shared.IO;
using Ptee.Shared.Processes;

namespace Ptee.CommandLine;

/// <summary>A program's command line, from its words to its exit status: the one place where an exception becomes one.</summary>
/// <param name="name">As users call it: its messages begin with it.</param>
public sealed class CommandLineProgram(string name, RootCommand root, TextWriter output, TextWriter error)
{
    /// <summary>How long the work may go on after it was told to stop; null: as long as it takes.</summary>
    public TimeSpan? Patience { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Runs the command that the words name, until it ends, a signal comes or <paramref name="stop"/> is cancelled.</summary>
    /// <returns>The exit status, one of <see cref="ExitStatus"/>.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken stop = default)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture; // What is printed is read again.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop);
        // Signals are handled here: since .NET 10 the runtime has no handler of its own that would end things in order.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await InvokeAsync(args, stopping.Token);
        }
        catch (Exception exception) when (IsInputs(exception))
        {
            return await EndAsync(exception.Message, ExitStatus.WrongInput);
        }
        catch (ProgramEndedException exception)
        {
            return await EndAsync(exception.Message, ExitStatus.ProgramEnded);
        }
        catch (OperationCanceledException)
        {
            return await EndAsync("stopped", ExitStatus.Stopped);
        }
        catch (Exception exception)
        {
            await error.WriteLineAsync($"{name}: bug, please report: {Printable.Lines(exception.ToString())}");
            return ExitStatus.Bug;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true; // Not at once: what was started is ended first.
            stopping.Cancel();
        }
    }

    private async Task<int> InvokeAsync(IReadOnlyList<string> args, CancellationToken stop)
    {
        ParserMessage.RequireWords(args);
        var parsed = root.Parse(args);
        parsed = root.Parse(NumberLists.Join(parsed.CommandResult.Command, args));
        if (parsed.Action is ParseErrorAction)
        {
            throw new PteeFormatException(ParserMessage.Of(name, parsed, args));
        }

        var run = parsed.InvokeAsync(
            new() { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop);
        if (Patience is not { } patience)
        {
            return await run;
        }

        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, Time);
        using var told = stop.Register(() => late.CancelAfter(patience));
        return await run.WaitAsync(late.Token);
    }

    /// <summary>An assembly that is missing is an <see cref="IOException"/> too, but nobody's input.</summary>
    private static bool IsInputs(Exception exception) => exception is PteeFormatException or UnauthorizedAccessException
        || (exception is IOException and not FileLoadException
            && !(exception is FileNotFoundException { FileName: { } file } && file.Contains(", Version=", StringComparison.Ordinal)));

    private async Task<int> EndAsync(string message, int status)
    {
        await error.WriteLineAsync($"{name}: {Printable.Message(message)}");
        return status;
    }
}
