using System.CommandLine;
using System.Runtime.InteropServices;
using Ptee.Cli.Commands;
using Ptee.Shared;
using Ptee.Shared.IO;
using Ptee.Shared.Processes;

namespace Ptee.Cli;

/// <summary>The commands there are, and the one place where an exception becomes an exit status.</summary>
internal static class Cli
{
    public const int Ok = 0;
    public const int BadInput = 1; // A file or a value is not what it should be: the message says which.
    public const int ProgramEnded = 69; // A program that this one started and needs ended: one line says how.
    public const int Cancelled = 130; // As shells say it of Ctrl-C.
    public const int Bug = 70; // Anything else; the stack trace is printed.

    public static RootCommand Root => new("Splits a trained classifier between a weak device and a server, with early exits.")
    {
        DemoCommand.Create(),
        DataCommand.Create(),
        ImportCommand.Create(),
        BackboneCommand.Create(),
        ProfileCommand.Create(),
        PlaceCommand.Create(),
        TrainCommand.Create(),
        CalibrateCommand.Create(),
        TrainCodecCommand.Create(),
        PackCommand.Create(),
        UnpackCommand.Create(),
        InspectCommand.Create(),
        VerifyCommand.Create(),
        EvalCommand.Create(),
        CurveCommand.Create(),
        SweepCommand.Create(),
    };

    public static async Task<int> RunAsync(string[] args, TextWriter error)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            ParserMessage.RequireWords(args);
            var parsed = Root.Parse(args);
            if (parsed.Errors.Count > 0)
            {
                // The last one names the word; the one before may only say that a command is missing.
                await error.WriteLineAsync($"ptee: {ParserMessage.Plain(parsed.Errors[^1].Message)} (--help shows how)");
                return BadInput;
            }

            // Signals are handled here: since .NET 10 the runtime has no handler of its own that would end things in order.
            return await parsed.InvokeAsync(
                new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token);
        }
        catch (Exception exception) when (exception is PteeFormatException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"ptee: {exception.Message.ReplaceLineEndings(" ")}");
            return BadInput;
        }
        catch (ProgramEndedException exception)
        {
            await error.WriteLineAsync($"ptee: {exception.Message}");
            return ProgramEnded;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("ptee: stopped");
            return Cancelled;
        }
        catch (Exception exception)
        {
            await error.WriteLineAsync($"ptee: bug, please report: {exception}");
            return Bug;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true; // Not at once: what was started is ended first.
            stop.Cancel();
        }
    }
}
