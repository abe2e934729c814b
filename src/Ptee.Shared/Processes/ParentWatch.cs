using System.Diagnostics;

namespace Ptee.Shared.Processes;

/// <summary>
/// Ends a program together with the one that started it, however that one ends: it holds the other end of this program's
/// standard input, and the system closes it even after SIGKILL.
/// </summary>
/// <remarks>Not PR_SET_PDEATHSIG: that goes by the thread that started the program, and threads of a pool end at any time.</remarks>
public static class ParentWatch
{
    /// <summary>The environment variable by which the starting program asks for it, whatever its value.</summary>
    public const string Variable = "PTEE_ENDS_WITH_STDIN";

    /// <summary>How long the program has to end by itself; then it is killed.</summary>
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(10);

    /// <summary>To be called once, before anything else starts.</summary>
    /// <returns>Is cancelled when the starting program is gone; never where it did not ask for that.</returns>
    public static CancellationToken Start()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
        {
            return CancellationToken.None;
        }

        Environment.SetEnvironmentVariable(Variable, null); // Meant for this program, not for those that it starts.
        var gone = new CancellationTokenSource(); // Lives as long as the program.
        new Thread(() => Watch(gone)) { IsBackground = true, Name = "parent watch" }.Start();
        return gone.Token;
    }

    private static void Watch(CancellationTokenSource gone)
    {
        WaitForEnd();
        gone.Cancel();
        Thread.Sleep(LongestFarewell); // Ends with the program, because the thread is a background one.
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }

    private static void WaitForEnd()
    {
        try
        {
            using var input = Console.OpenStandardInput();
            while (input.ReadByte() >= 0)
            {
                // Nobody writes there; what comes all the same means nothing.
            }
        }
        catch (IOException)
        {
            // Cannot be read any more: nobody holds the other end.
        }
    }
}
