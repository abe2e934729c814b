using System.Text.Json;
using Ptee.Cli.Demo;
using Ptee.Engines;
using Ptee.Shared.Bundles;

namespace Ptee.Bench.Scenarios;

/// <summary>What an image costs as images, devices and depth grow: each of the three should stay flat.</summary>
internal static class Scale
{
    private const string SetOfThousand = "cifar10-test-1000.bin";
    private const double BytesPerMb = 1 << 20;
    private const double MacsPerUnit = 1e8;
    private const int ImagesARound = 50;
    private static readonly int[] Thousands = [1, 4, 16];
    private static readonly int[] Devices = [1, 4, 16, 64];

    public static async Task<ScenarioResult> RunAsync(string? bundle, int rounds, CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, Figure>();
        var file = bundle ?? BuiltPrograms.Asset("resnet32-cifar10.ptee");
        await ImagesAsync(file, rounds, figures, cancellationToken);
        await DevicesAsync(file, rounds, figures, cancellationToken);
        foreach (var (name, model) in Models.Open(bundle))
        {
            await DepthAsync(name, model, rounds, figures, cancellationToken);
        }

        return new ScenarioResult("scale", ScenarioResult.ThisMachine, figures);
    }

    /// <summary>One edge process, all on the device.</summary>
    private static async Task ImagesAsync(string bundle, int rounds, Dictionary<string, Figure> figures, CancellationToken cancellationToken)
    {
        var report = Path.Combine(Path.GetTempPath(), $"ptee-bench-{Guid.NewGuid():N}.json");
        var milliseconds = Thousands.ToDictionary(thousands => thousands, _ => new List<double>());
        var peaks = Thousands.ToDictionary(thousands => thousands, _ => new List<double>());
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                foreach (var thousands in Thousands)
                {
                    string[] images = [.. Enumerable.Repeat(BuiltPrograms.Asset(SetOfThousand), thousands)];
                    await using var edge = ChildProcess.Start(
                        "ptee-edge", ["classify", .. images, "--bundle", bundle, "--quiet", "--json", report], BuiltPrograms.Folder, cancellationToken);
                    await edge.RequireSuccessAsync(cancellationToken);
                    using var facts = JsonDocument.Parse(await File.ReadAllTextAsync(report, cancellationToken));
                    milliseconds[thousands].Add(facts.RootElement.GetProperty("seconds").GetDouble() / thousands); // Seconds for thousands are milliseconds for one.
                    peaks[thousands].Add(facts.RootElement.GetProperty("peak_memory_mb").GetDouble());
                }
            }
        }
        finally
        {
            File.Delete(report);
        }

        foreach (var thousands in Thousands)
        {
            figures[$"edge_ms_of_{thousands}000_images"] = Figure.Spread(milliseconds[thousands], "ms/image");
            figures[$"edge_peak_mb_of_{thousands}000_images"] = Figure.Spread(peaks[thousands], "MB");
        }
    }

    /// <summary>One server process that many devices keep busy.</summary>
    private static async Task DevicesAsync(string bundle, int rounds, Dictionary<string, Figure> figures, CancellationToken cancellationToken)
    {
        var workload = await Workload.OfAsync(Bundle.Open(bundle), cancellationToken);
        await using var server = BuiltPrograms.StartServer(bundle, ["--queue", "4096"], cancellationToken);
        var address = await DemoRun.AddressAsync(server, cancellationToken);
        var rates = Devices.ToDictionary(devices => devices, _ => new List<double>());
        var resident = Devices.ToDictionary(devices => devices, _ => new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var devices in Devices)
            {
                rates[devices].Add(await Throughput.SaturatedAsync(address, workload, devices));
                using var process = System.Diagnostics.Process.GetProcessById(server.Id);
                resident[devices].Add(process.WorkingSet64 / BytesPerMb);
            }
        }

        foreach (var devices in Devices)
        {
            figures[$"server_images_per_s_of_{devices}_devices"] = Figure.Spread(rates[devices], "images/s");
            figures[$"server_resident_mb_of_{devices}_devices"] = Figure.Spread(resident[devices], "MB");
        }
    }

    /// <summary>Every segment, no exit: time for as many macs in networks of growing depth.</summary>
    private static async Task DepthAsync(
        string name, Bundle model, int rounds, Dictionary<string, Figure> figures, CancellationToken cancellationToken)
    {
        var images = await Workload.ImagesAsync(model.Manifest, cancellationToken);
        var one = Workload.Inputs(model.Manifest, images, 1);
        using var engine = BundleEngines.Open(BundleEngines.Default, model, threads: 1);
        var segments = new Segments(model.Manifest, engine);
        var round = new Rounds();
        round.Add("segments", at =>
        {
            for (var i = 0; i < ImagesARound; i++)
            {
                segments.Run(1, one[((at * ImagesARound) + i) % one.Length]);
            }
        });
        round.Run(rounds, cancellationToken);
        var macs = model.Manifest.BackboneMacs;
        var milliseconds = round.Milliseconds("segments", ImagesARound);
        figures[$"ms_per_100M_macs.{name}"] = Figure.Spread(
            [milliseconds.Low * MacsPerUnit / macs, milliseconds.Value * MacsPerUnit / macs, milliseconds.High * MacsPerUnit / macs], "ms");
    }
}
