using System.Diagnostics;
using System.Globalization;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Shared.Reports;
using Ptee.Tests.Edge;

namespace Ptee.Tests.EndToEnd;

/// <summary>The main job, as the README's first command does it.</summary>
[Collection(Alone.Name)]
public sealed class DemoTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ptee-demo-").FullName;

    private const double PointsLost = 0.010;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private string Temporary => Path.Combine(_folder, "tmp");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_demo_answers_1000_real_images_with_two_processes()
    {
        var file = Path.Combine(_folder, "report.json");

        var run = await Programs.PteeAsync("demo", "--json", file);

        Assert.True(run.Status == 0, run.Error);
        var report = JsonFile.Read<Report>(file);
        Assert.Equal(1000, report.Images);
        Assert.Equal(1000, report.Answered.Edge + report.Answered.Server + report.Answered.Degraded);
        Assert.Equal(0, report.Answered.Failed);
        Assert.InRange(report.Accuracy.System!.Value, report.Accuracy.Backbone!.Value - PointsLost, 1);
        Assert.InRange(report.Answered.Edge, 300, 1000);
        Assert.True(Bundle.Open(Programs.EmbeddedBundle).Manifest is var manifest
            && manifest.AllInMacs(manifest.DeepestSplit) <= 0.60 * manifest.BackboneMacs);
        Assert.Contains(report.Exits.SkipLast(1), exit => exit is { Tier: ImageRecord.ServerTier, Count: > 0 });
        Assert.True(report.Bytes!.UpMean > report.Bytes.PayloadMean, "headers are counted too");
        Assert.True(report.MemoryMb is { Edge: > 0, Server: > 0 });
        Assert.Contains(" never left the device. The other ", run.Output, StringComparison.Ordinal);
        Assert.InRange(
            report.Bytes.SentAsFeatures + report.Bytes.SentAsPicture, report.Answered.Server, report.Answered.Server + report.Answered.Degraded);
    }

    [Fact]
    public async Task A_demo_that_is_stopped_leaves_neither_process_nor_file_behind()
    {
        using var limit = new CancellationTokenSource(Limit);
        using var demo = Start();
        var (server, edge) = await ReadToEdgeAsync(demo, limit.Token);

        await Signal.SendAsync("TERM", demo.Id);
        await demo.WaitForExitAsync(limit.Token);

        Assert.Equal(130, demo.ExitCode);
        Assert.False(Signal.IsRunning(server));
        Assert.False(Signal.IsRunning(edge));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Temporary));
    }

    /// <summary>The runtime itself leaves what debuggers listen on; so it is told that none will come.</summary>
    [Fact]
    public async Task A_demo_that_is_killed_leaves_neither_process_nor_file_behind()
    {
        using var limit = new CancellationTokenSource(Limit);
        using var demo = Start();
        var (server, edge) = await ReadToEdgeAsync(demo, limit.Token);

        demo.Kill();
        await demo.WaitForExitAsync(limit.Token);

        await Waiting.UntilAsync(() => !Signal.IsRunning(server) && !Signal.IsRunning(edge), () => "a process goes on without the demo");
        Assert.Empty(Directory.EnumerateFileSystemEntries(Temporary));
    }

    [Fact]
    public async Task A_demo_whose_server_is_killed_reports_what_the_device_answered()
    {
        var file = Path.Combine(_folder, "report.json");
        using var limit = new CancellationTokenSource(Limit);
        // Every image wants the server, so those after its end are degraded.
        using var demo = Start("--threshold", "1.01", "--json", file);
        var error = demo.StandardError.ReadToEndAsync(limit.Token);
        var (server, edge) = await ReadToEdgeAsync(demo, limit.Token);
        while (!(await demo.StandardOutput.ReadLineAsync(limit.Token))!.EndsWith("images answered", StringComparison.Ordinal))
        {
        }

        // The device is held still, so that it has images left, however quick it is.
        await Signal.SendAsync("STOP", edge);
        await Signal.SendAsync("KILL", server);
        await Signal.SendAsync("CONT", edge);
        var output = await demo.StandardOutput.ReadToEndAsync(limit.Token);
        await demo.WaitForExitAsync(limit.Token);

        Assert.Equal(69, demo.ExitCode);
        const string end = "ptee-server was killed by signal SIGKILL (exit status 137), as the system does when memory runs out";
        Assert.Equal($"ptee: {end}\n", await error);
        var report = JsonFile.Read<Report>(file);
        Assert.Equal(end, report.ServerEnd);
        Assert.InRange(report.Answered.Degraded, 1, 1000);
        Assert.Equal(1000, report.Answered.Server + report.Answered.Degraded);
        Assert.Null(report.MemoryMb.Server);
        Assert.Contains($"The server ended during the run, and the device went on alone: {end}.\n", output, StringComparison.Ordinal);
        Assert.Contains($"Degraded answers: {report.Answered.Degraded.ToString("N0", CultureInfo.InvariantCulture)}. ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FPE", "ptee-edge died of signal SIGFPE (exit status 136): native code crashed; please report it with the command")]
    [InlineData("KILL", "ptee-edge was killed by signal SIGKILL (exit status 137)")]
    public async Task A_device_that_dies_is_one_line_that_says_of_what(string signal, string line)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var demo = Start();
        var error = demo.StandardError.ReadToEndAsync(limit.Token);
        var (server, edge) = await ReadToEdgeAsync(demo, limit.Token);

        await Signal.SendAsync(signal, edge);
        await demo.WaitForExitAsync(limit.Token);

        Assert.Equal(69, demo.ExitCode);
        Assert.StartsWith($"ptee: {line}", Assert.Single((await error).Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.False(Signal.IsRunning(server));
    }

    [Fact]
    public async Task Your_own_pictures_are_answered_too()
    {
        var file = Path.Combine(_folder, "report.json");

        var run = await Programs.PteeAsync("demo", "--images", TestData.Folder("photos"), "--json", file);

        Assert.True(run.Status == 0, run.Error);
        var report = JsonFile.Read<Report>(file);
        Assert.Equal(24, report.Images);
        Assert.Null(report.Accuracy.System);
        Assert.Equal(0, report.Answered.Failed);
    }

    /// <summary>With a folder of its own for temporary files, and for what a library may think it can keep for the user.</summary>
    private Process Start(params string[] options)
    {
        Directory.CreateDirectory(Temporary);
        return Programs.Start(
            "/usr/bin/env", [$"HOME={Temporary}", "XDG_CACHE_HOME=", $"TMPDIR={Temporary}", "DOTNET_EnableDiagnostics=0", Path.Combine(Programs.Folder, "ptee"), "demo", .. options]);
    }

    /// <summary>Reads "server process 123 on http://…" and "edge process 124".</summary>
    private static async Task<(int Server, int Edge)> ReadToEdgeAsync(Process demo, CancellationToken cancellationToken)
    {
        var processes = new List<int>();
        while (processes.Count < 2)
        {
            var line = await demo.StandardOutput.ReadLineAsync(cancellationToken);
            Assert.NotNull(line);
            if (line.Split(' ') is [_, "process", var id, ..])
            {
                processes.Add(int.Parse(id, CultureInfo.InvariantCulture));
            }
        }

        return (processes[0], processes[1]);
    }
}
