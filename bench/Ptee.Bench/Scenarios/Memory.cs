using System.Diagnostics;
using System.Text.Json;
using Ptee.Cli.Demo;
using Ptee.Shared;
using Ptee.Shared.Processes;

namespace Ptee.Bench.Scenarios;

/// <summary>The agent without Torch: what its folder weighs, what it holds after 1,000 images, what an image allocates.</summary>
internal static class Memory
{
    private const int ImagesInFile = 1_000;
    private const double BytesPerMb = 1 << 20;
    private const string StatsPrefix = "stats ";

    public static async Task<ScenarioResult> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("ptee-edge-").FullName;
        try
        {
            await PublishAsync(Path.Combine(folder, "edge"), cancellationToken);
            var figures = new Dictionary<string, Figure>
            {
                ["edge_size_mb"] = Figure.Of(
                    new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) / BytesPerMb, "MB"),
            };
            var bundle = BuiltPrograms.Asset("resnet32-cifar10.ptee");
            figures["edge_alloc_bytes"] = await ClassifyAsync(folder, bundle, [], figures, cancellationToken);
            await using var server = BuiltPrograms.StartServer(bundle, [], cancellationToken);
            var address = await DemoRun.AddressAsync(server, cancellationToken);
            figures["offload_alloc_bytes"] = await ClassifyAsync(
                folder, bundle, ["--server", address, "--threshold", "1.01"], figures, cancellationToken);
            return new ScenarioResult("memory", ScenarioResult.ThisMachine, figures);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task PublishAsync(string folder, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "publish", BuiltPrograms.Source("src/Ptee.Edge"), "-c", "Release", "-r", "linux-x64", "--no-self-contained", "-p:Engines=onnx",
            "-o", folder,
        ];
        using var publish = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var said = await publish.StandardOutput.ReadToEndAsync(cancellationToken);
        await publish.WaitForExitAsync(cancellationToken);
        if (publish.ExitCode != 0)
        {
            throw new PteeFormatException($"{new ProcessEnd("dotnet publish", publish.ExitCode)}: {said.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>Two thousand images of the embedded bundle.</summary>
    /// <param name="more">Options: without any all images are answered on the device.</param>
    /// <returns>Bytes that an image of the second thousand allocates.</returns>
    private static async Task<Figure> ClassifyAsync(
        string programs, string bundle, string[] more, Dictionary<string, Figure> figures, CancellationToken cancellationToken)
    {
        var images = BuiltPrograms.Asset("cifar10-test-1000.bin");
        await using var edge = ChildProcess.Start(
            "ptee-edge",
            ["classify", images, images, "--bundle", bundle, "--quiet", "--stats-every", $"{ImagesInFile}", .. more],
            programs,
            cancellationToken);
        var allocated = new List<long>();
        while (await edge.Output.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(StatsPrefix, StringComparison.Ordinal))
            {
                using var stats = JsonDocument.Parse(line[StatsPrefix.Length..]);
                figures.TryAdd("edge_rss_mb", Figure.Of(stats.RootElement.GetProperty("resident_bytes").GetInt64() / BytesPerMb, "MB"));
                allocated.Add(stats.RootElement.GetProperty("allocated_bytes").GetInt64());
            }
        }

        await edge.RequireSuccessAsync(cancellationToken);
        return Figure.Of((double)(allocated[^1] - allocated[0]) / ImagesInFile, "bytes/image");
    }
}
