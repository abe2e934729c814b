using Ptee.Shared;
using Ptee.Shared.Weights;

namespace Ptee.Server.Commands;

/// <summary>The one place where an exception becomes an exit status.</summary>
internal static class ExitStatus
{
    public const int Good = 0;

    /// <summary>A file or a value is not what it should be: one line says which.</summary>
    public const int BadInput = 1;

    /// <summary>Anything else; the stack is printed.</summary>
    public const int Bug = 70;

    /// <summary>Characters; a message may quote what was given.</summary>
    private const int MaxMessage = 2000;

    public static async Task<int> OfAsync(Func<Task<int>> run, TextWriter error)
    {
        try
        {
            return await run();
        }
        catch (Exception exception)
            when (exception is PteeFormatException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"ptee-server: {Printable.Line(exception.Message.ReplaceLineEndings(" "), MaxMessage)}");
            return BadInput;
        }
        catch (Exception exception)
        {
            await error.WriteLineAsync($"ptee-server: bug, please report: {exception}");
            return Bug;
        }
    }
}
