using System.Diagnostics;
using System.Globalization;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Shared.Reports;

namespace Ptee.Tests.EndToEnd;

/// <summary>The main job, as the README's first command does it.</summary>
[Collection(Alone.Name)]
public sealed class DemoTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ptee-demo-").FullName;

    private const double PointsLost = 0.010;

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
        Assert.Contains("degraded", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_demo_that_is_stopped_leaves_no_process_behind()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var demo = Programs.Start("ptee", ["demo"]);
        var children = new List<int>();
        while (children.Count < 2)
        {
            // "server process 123 on http://…", "edge process 124"
            var words = (await demo.StandardOutput.ReadLineAsync(limit.Token))!.Split(' ');
            if (words is [_, "process", var id, ..])
            {
                children.Add(int.Parse(id, CultureInfo.InvariantCulture));
            }
        }

        using var kill = Process.Start("kill", ["-TERM", $"{demo.Id}"]);
        await demo.WaitForExitAsync(limit.Token);

        Assert.NotEqual(0, demo.ExitCode);
        Assert.All(children, child => Assert.False(IsRunning(child)));
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

    /// <summary>A process that was killed and that nobody has asked for yet counts as ended.</summary>
    private static bool IsRunning(int id)
    {
        var status = $"/proc/{id}/status";
        return File.Exists(status) && !File.ReadAllText(status).Contains("State:\tZ", StringComparison.Ordinal);
    }
}
