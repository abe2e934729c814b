using System.CommandLine;
using System.CommandLine.Invocation;
using Ptee.Shared;
using Ptee.Shared.IO;

namespace Ptee.Edge.Commands;

/// <summary>The <c>ptee-edge</c> command, and the one place where an exception becomes an exit status.</summary>
internal static class EdgeCommandLine
{
    public const int Good = 0;
    public const int WrongInput = 1;    // A file or a value is not what it should be: the one line says which.
    public const int Bug = 70;          // Anything else; the stack trace is printed.
    public const int Interrupted = 130; // Ctrl-C, as shells count it.

    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(
        string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        try
        {
            ParserMessage.RequireWords(args);
            var parsed = Root(output, error).Parse(args);
            if (parsed.Action is ParseErrorAction)
            {
                throw new PteeFormatException(string.Join("; ", parsed.Errors.Select(fault => ParserMessage.Plain(fault.Message))));
            }

            var configuration = new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                // A signal stops the run, which then has this long to report what was answered.
                ProcessTerminationTimeout = LongestFarewell,
            };
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (Exception exception) when (IsInputs(exception))
        {
            await error.WriteLineAsync($"ptee-edge: {exception.Message.ReplaceLineEndings(" ")}");
            return WrongInput;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("ptee-edge: stopped");
            return Interrupted;
        }
        catch (Exception exception)
        {
            await error.WriteLineAsync($"ptee-edge: bug, please report: {exception}");
            return Bug;
        }
    }

    /// <summary>An assembly that is missing is an IOException too, but nobody's input.</summary>
    private static bool IsInputs(Exception exception) =>
        exception is PteeFormatException or UnauthorizedAccessException
        || exception is IOException and not (FileNotFoundException or FileLoadException);

    private static RootCommand Root(TextWriter output, TextWriter error) =>
        new("The device's agent of Ptee: answers what it is sure of by itself, and the rest with a server's help.")
        {
            ClassifyCommand.Create(output, error),
        };
}
