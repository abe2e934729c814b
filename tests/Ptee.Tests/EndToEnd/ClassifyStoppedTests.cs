using Ptee.Shared.IO;
using Ptee.Shared.Reports;

namespace Ptee.Tests.EndToEnd;

[Collection(Alone.Name)]
public sealed class ClassifyStoppedTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly string _folder = Directory.CreateTempSubdirectory("ptee-stopped-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>SIGTERM only: a process that a script started in the background has SIGINT ignored from its birth.</summary>
    [Fact]
    public async Task A_run_that_is_stopped_reports_what_it_has_answered_and_ends_with_130()
    {
        var file = Path.Combine(_folder, "run.json");
        using var limit = new CancellationTokenSource(Limit);
        using var edge = Programs.Start(
            Path.Combine("edge", "ptee-edge"),
            ["classify", .. Enumerable.Repeat(Programs.EmbeddedImages, 200), "--bundle", Programs.EmbeddedBundle, "--json", file]);
        var error = edge.StandardError.ReadToEndAsync(limit.Token);
        Assert.NotNull(await edge.StandardOutput.ReadLineAsync(limit.Token));

        await Signal.SendAsync("TERM", edge.Id);
        var rest = await edge.StandardOutput.ReadToEndAsync(limit.Token);
        await edge.WaitForExitAsync(limit.Token);

        Assert.Equal(130, edge.ExitCode);
        var report = JsonFile.Read<ClassifyReport>(file);
        var lines = 1 + rest.Count(letter => letter == '\n');
        Assert.True(report.Stopped);
        Assert.InRange(lines, 1, 199_999);
        Assert.Equal(lines, report.Images.Length);
        Assert.Equal(lines, report.Answered.Edge);
        var said = (await error).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, said.Length);
        Assert.StartsWith("ptee-edge: stopped after ", said[0], StringComparison.Ordinal);
        Assert.Equal("ptee-edge: stopped", said[1]);
    }
}
