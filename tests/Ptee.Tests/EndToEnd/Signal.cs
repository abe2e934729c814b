using System.Diagnostics;
using System.Globalization;

namespace Ptee.Tests.EndToEnd;

/// <summary>Signals to processes.</summary>
internal static class Signal
{
    /// <param name="name">Without SIG, as kill takes it.</param>
    public static async Task SendAsync(string name, int processId)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{name} {processId.ToString(CultureInfo.InvariantCulture)}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>A process that was killed and that nobody has asked for yet counts as ended.</summary>
    public static bool IsRunning(int processId)
    {
        try
        {
            return !File.ReadAllText($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/status").Contains("State:\tZ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // It may end while it is read.
        }
    }
}
