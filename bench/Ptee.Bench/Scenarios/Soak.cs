using System.Globalization;
using System.Text.Json;
using Grpc.Net.Client;
using Ptee.Cli.Demo;
using Ptee.Shared;
using Ptee.Shared.Wire;

namespace Ptee.Bench.Scenarios;

/// <summary>
/// One edge and one server process over many images, a quarter of them handed over or more: live tensors and resident memory
/// every 2,000 images. A leak of one tensor an image shows as thousands.
/// </summary>
internal static class Soak
{
    public const int Images = 20_000;

    private const int Look = 2_000;
    private const int FewestLooks = 7;
    private const int ImagesInFile = 1_000;
    private const double MaxGrowth = 1.05;
    private const double BytesPerMb = 1 << 20;
    private const string StatsPrefix = "stats ";

    public static async Task<ScenarioResult> RunAsync(string? bundle, int images, CancellationToken cancellationToken)
    {
        if (images < FewestLooks * Look || images % Look != 0)
        {
            throw new PteeFormatException($"--images is {images}, expected a multiple of {Look}, at least {FewestLooks * Look}");
        }

        // Both processes inherit it: 2 MB (hexadecimal) of garbage before a collection, where the runtime would wait for as much
        // as the processor's cache holds. An edge that allocates 1.4 KB an image climbs for 10,000 images to its first
        // collection and is flat from there on; what waits for a collection is not what this scenario looks for.
        Environment.SetEnvironmentVariable("DOTNET_GCgen0size", "200000");

        var model = bundle ?? BuiltPrograms.Asset("resnet32-cifar10.ptee");
        await using var server = BuiltPrograms.StartServer(model, [], cancellationToken);
        var address = await DemoRun.AddressAsync(server, cancellationToken);
        using var channel = GrpcChannel.ForAddress(address);
        var client = new SplitInference.SplitInferenceClient(channel);

        var files = Enumerable.Repeat(BuiltPrograms.Asset("cifar10-test-1000.bin"), images / ImagesInFile);
        await using var edge = ChildProcess.Start(
            "ptee-edge",
            ["classify", .. files, "--bundle", model, "--server", address, "--quiet", "--stats-every", $"{Look}"],
            BuiltPrograms.Folder,
            cancellationToken);
        var figures = new Dictionary<string, Figure>();
        while (await edge.Output.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(StatsPrefix, StringComparison.Ordinal))
            {
                using var stats = JsonDocument.Parse(line[StatsPrefix.Length..]);
                var at = stats.RootElement.GetProperty("images").GetInt32();
                var load = (await client.DescribeAsync(new DescribeRequest(), cancellationToken: cancellationToken)).Load;
                Add(figures, "edge", at, stats.RootElement.GetProperty("live_tensors").GetInt64(), stats.RootElement.GetProperty("resident_bytes").GetInt64());
                Add(figures, "server", at, (long)load.LiveTensors, (long)load.ResidentBytes);
            }
        }

        await edge.RequireSuccessAsync(cancellationToken);
        foreach (var tier in new[] { "edge", "server" })
        {
            // Resident memory goes up and down by some percent from look to look, and a process that is a second old still
            // compiles: the last three looks against the three after the first, by their medians. A leak grows through both.
            double[] resident = [.. Enumerable.Range(1, images / Look).Select(look => figures[Name(tier, "resident_mb", look * Look)].Value)];
            figures[$"{tier}_resident_growth"] = Figure.Of(Figure.Median(resident[^3..]) / Figure.Median(resident[1..4]), "ratio");
            figures[$"{tier}_live_tensors_growth"] = Figure.Of(
                figures[Name(tier, "live_tensors", images)].Value - figures[Name(tier, "live_tensors", Look)].Value, "tensors");
        }

        return new ScenarioResult("soak", ScenarioResult.ThisMachine, figures);
    }

    /// <exception cref="PteeFormatException">A tensor more at the end than at the first look, or memory grew by over 5 %.</exception>
    public static void RequireFlat(ScenarioResult result)
    {
        foreach (var tier in new[] { "edge", "server" })
        {
            if (result.Figures[$"{tier}_live_tensors_growth"].Value > 0 || result.Figures[$"{tier}_resident_growth"].Value > MaxGrowth)
            {
                throw new PteeFormatException($"{tier}: it leaks; {result}".ReplaceLineEndings("; "));
            }
        }
    }

    private static void Add(Dictionary<string, Figure> figures, string tier, int at, long tensors, long bytes)
    {
        figures[Name(tier, "live_tensors", at)] = Figure.Of(tensors, "tensors");
        figures[Name(tier, "resident_mb", at)] = Figure.Of(bytes / BytesPerMb, "MB");
    }

    private static string Name(string tier, string what, int at) =>
        string.Create(CultureInfo.InvariantCulture, $"{tier}_{what}_at_{at}");
}
