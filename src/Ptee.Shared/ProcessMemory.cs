using System.Diagnostics;
using System.Globalization;

namespace Ptee.Shared;

/// <summary>How much memory a process holds. Bytes.</summary>
public static class ProcessMemory
{
    private const long KiB = 1024;

    public static long Resident(int? processId = null) =>
        FromStatus("VmRSS:", processId) ?? Of(processId, process => process.WorkingSet64);

    /// <summary>The largest resident size since the process started.</summary>
    public static long Peak(int? processId = null) =>
        FromStatus("VmHWM:", processId) ?? Of(processId, process => process.PeakWorkingSet64);

    private static long Of(int? processId, Func<Process, long> read)
    {
        using var process = processId is { } id ? Process.GetProcessById(id) : Process.GetCurrentProcess();
        return read(process);
    }

    private static long? FromStatus(string name, int? processId)
    {
        var path = $"/proc/{processId?.ToString(CultureInfo.InvariantCulture) ?? "self"}/status";
        if (!OperatingSystem.IsLinux() || !File.Exists(path))
        {
            return null;
        }

        var line = File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null ? null : BytesOf(line);
    }

    /// <param name="line">A tab, then the number, of eight places at least: <c>VmHWM:\t  123456 kB</c>.</param>
    internal static long BytesOf(string line) =>
        long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * KiB;
}
