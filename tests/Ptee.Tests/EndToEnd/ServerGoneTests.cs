using Ptee.Shared.IO;
using Ptee.Shared.Reports;

namespace Ptee.Tests.EndToEnd;

[Collection(Alone.Name)]
public sealed class ServerGoneTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private readonly string _folder = Directory.CreateTempSubdirectory("ptee-gone-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_server_killed_in_mid_run_and_started_again_costs_no_answer()
    {
        var file = Path.Combine(_folder, "run.json");
        var first = await ServerProcess.StartAsync(Programs.EmbeddedBundle);
        // Every image wants the server, so the gap shows and so does the return.
        using var edge = Programs.Start(Path.Combine("edge", "ptee-edge"), [
            "classify", Programs.EmbeddedImages, "--bundle", Programs.EmbeddedBundle, "--server", first.Address.ToString(),
            "--threshold", "1.01", "--quiet", "--stats-every", "100", "--in-flight", "4", "--json", file,
        ]);
        using var limit = new CancellationTokenSource(Limit);

        await ReadStatsAsync(edge.StandardOutput, 2, limit.Token); // 200 images are answered.
        await first.DisposeAsync();
        await using var second = await ServerProcess.StartAsync(Programs.EmbeddedBundle, first.Address.Port);
        await edge.StandardOutput.ReadToEndAsync(limit.Token);
        await edge.WaitForExitAsync(limit.Token);

        Assert.Equal(0, edge.ExitCode);
        var report = JsonFile.Read<ClassifyReport>(file);
        Assert.Equal(Enumerable.Range(0, 1000), report.Images.Select(record => record.Index).Order());
        Assert.All(report.Images, record => Assert.Null(record.Error));
        var degraded = report.Images.Where(record => record.Degraded).Select(record => record.Index).ToArray();
        Assert.NotEmpty(degraded);
        Assert.Contains(report.Images, record => record.Tier == ImageRecord.ServerTier && record.Index > degraded.Max());
        Assert.True(report.Reconnects >= 1);
    }

    private static async Task ReadStatsAsync(StreamReader output, int lines, CancellationToken cancellationToken)
    {
        for (var seen = 0; seen < lines;)
        {
            var line = await output.ReadLineAsync(cancellationToken);
            Assert.NotNull(line);
            seen += line.StartsWith("stats ", StringComparison.Ordinal) ? 1 : 0;
        }
    }
}
