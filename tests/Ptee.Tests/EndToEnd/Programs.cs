using System.Diagnostics;

namespace Ptee.Tests.EndToEnd;

/// <summary>The real programs, as they lie in the command's output folder.</summary>
internal static class Programs
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5); // A run that never ends is a failure, not a stuck build.

    public static string Folder
    {
        get
        {
            var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            return Path.Combine(own.Parent!.Parent!.FullName, "Ptee.Cli", own.Name);
        }
    }

    public static string EmbeddedBundle => Path.Combine(Folder, "assets", "resnet32-cifar10.ptee");

    public static string EmbeddedImages => Path.Combine(Folder, "assets", "cifar10-test-1000.bin");

    public static Task<ProgramRun> PteeAsync(params string[] arguments) => RunAsync("ptee", arguments);

    public static Task<ProgramRun> EdgeAsync(params string[] arguments) => RunAsync(Path.Combine("edge", "ptee-edge"), arguments);

    public static Task<ProgramRun> ServerAsync(params string[] arguments) => RunAsync(Path.Combine("server", "ptee-server"), arguments);

    /// <summary>Starts a program that goes on; the caller ends it.</summary>
    public static Process Start(string program, IEnumerable<string> arguments) => Process.Start(
        new ProcessStartInfo(Path.Combine(Folder, program), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Wherever the tests run, the programs must find what they need beside themselves.
            WorkingDirectory = Path.GetTempPath(),
        })!;

    private static async Task<ProgramRun> RunAsync(string program, IEnumerable<string> arguments)
    {
        using var process = Start(program, arguments);
        using var limit = new CancellationTokenSource(Limit);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        return new ProgramRun(process.ExitCode, await output, await error);
    }
}
