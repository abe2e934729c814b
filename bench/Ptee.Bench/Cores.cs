using System.Diagnostics;
using System.Runtime.InteropServices;
using Ptee.Shared;

namespace Ptee.Bench;

/// <summary>Who runs on which core, where two things that are compared must not help each other. Linux only.</summary>
internal static partial class Cores
{
    /// <summary>Every thread that a process has now, and those that they start later.</summary>
    public static void Confine(int processId, int core)
    {
        using var taskset = Process.Start(new ProcessStartInfo("taskset", ["-acp", $"{core}", $"{processId}"]) { RedirectStandardOutput = true })
            ?? throw new PteeFormatException("taskset (util-linux) cannot be started");
        taskset.StandardOutput.ReadToEnd();
        taskset.WaitForExit();
        if (taskset.ExitCode != 0)
        {
            throw new PteeFormatException($"taskset: process {processId} cannot be confined to core {core}");
        }
    }

    /// <summary>Runs something on a thread of its own that keeps to one core.</summary>
    public static T On<T>(int core, Func<T> work)
    {
        T? result = default;
        Exception? fault = null;
        var thread = new Thread(() =>
        {
            try
            {
                var mask = 1UL << core;
                if (SetAffinity(processId: 0, sizeof(ulong), ref mask) != 0)
                {
                    throw new PteeFormatException($"core {core}: cannot be chosen");
                }

                result = work();
            }
            catch (Exception exception)
            {
                fault = exception;
            }
        });
        thread.Start();
        thread.Join();
        return fault is null ? result! : throw fault;
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int processId, nint size, ref ulong mask);
}
