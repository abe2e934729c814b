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
            "--threshold", "1.01", "--in-flight", "4", "--json", file,
        ]);
        using var limit = new CancellationTokenSource(Limit);

        try
        {
            await ReadAnswersAsync(edge.StandardOutput, 200, limit.Token);
            await first.DisposeAsync();
            await ReadToDegradedAsync(edge.StandardOutput, limit.Token);
            // The edge answers faster by itself than a server starts: it is held still meanwhile, so that images are left.
            await Signal.SendAsync("STOP", edge.Id);
            await using var second = await ServerProcess.StartAsync(Programs.EmbeddedBundle, first.Address.Port);
            await Signal.SendAsync("CONT", edge.Id);
            await edge.StandardOutput.ReadToEndAsync(limit.Token);
            await edge.WaitForExitAsync(limit.Token);
        }
        finally
        {
            edge.Kill(); // A failure may leave it held still.
        }

        Assert.Equal(0, edge.ExitCode);
        var report = JsonFile.Read<ClassifyReport>(file);
        Assert.Equal(Enumerable.Range(0, 1000), report.Images.Select(record => record.Index).Order());
        Assert.All(report.Images, record => Assert.Null(record.Error));
        var degraded = report.Images.Where(record => record.Degraded).Select(record => record.Index).ToArray();
        Assert.NotEmpty(degraded);
        Assert.Contains(report.Images, record => record.Tier == ImageRecord.ServerTier && record.Index > degraded.Max());
        Assert.True(report.Reconnects >= 1);
    }

    private static async Task ReadAnswersAsync(StreamReader output, int answers, CancellationToken cancellationToken)
    {
        for (var answered = 0; answered < answers; answered++)
        {
            Assert.NotNull(await output.ReadLineAsync(cancellationToken));
        }
    }

    private static async Task ReadToDegradedAsync(StreamReader output, CancellationToken cancellationToken)
    {
        string? line;
        do
        {
            line = await output.ReadLineAsync(cancellationToken);
            Assert.NotNull(line);
        }
        while (!line.EndsWith("degraded", StringComparison.Ordinal));
    }
}
