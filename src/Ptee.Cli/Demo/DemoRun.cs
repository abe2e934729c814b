using System.Globalization;
using System.Text;
using System.Text.Json;
using Ptee.Cli.Commands;
using Ptee.CommandLine;
using Ptee.Data;
using Ptee.Engines;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Shared.Reports;
using Ptee.Training.Evaluation;

namespace Ptee.Cli.Demo;

/// <summary>The main job as two real processes and a real socket: server and edge are started, run and ended here.</summary>
/// <param name="programs">The folder that holds edge/ and server/; null: the one this program lies in.</param>
/// <param name="hosts">Where the two run; null: both here.</param>
internal sealed class DemoRun(TextWriter output, string? programs = null, DemoHosts? hosts = null)
{
    private readonly DemoHosts _hosts = hosts ?? DemoHosts.Loopback;

    private const double BytesPerMb = 1 << 20;
    private const string ListeningPrefix = "ptee-server: listening on ";
    private const string StatsPrefix = "stats ";

    /// <summary>Not a file: nothing of one could stay behind, however this program ends.</summary>
    private const string ReportPlace = "/dev/stdout";

    /// <param name="known">The backbone's class of each image, where it was computed before.</param>
    public async Task<Report> RunAsync(DemoOptions options, CancellationToken cancellationToken, int[]? known = null)
    {
        var bundle = Bundle.Open(options.Bundle);
        _ = bundle.Manifest.PolicyOf(options.Point, options.Threshold); // Before anything is started.
        var images = await LabelledImages.OpenAsync(
            options.Images, root: null, bundle.Manifest.Preprocessing.Size, images: null, bundle.Manifest.Labels, cancellationToken);
        if (images.Unreadable > 0)
        {
            throw new PteeFormatException(
                $"{Printable.Message(options.Images)}: {images.Unreadable} of its pictures cannot be read, and the demo needs all of them");
        }

        var name = options.Images == EmbeddedAssets.Images ? "cifar10:test" : images.Name;

        await output.WriteLineAsync($"bundle {bundle.Id[..12]}: {bundle.Manifest.Architecture}, {bundle.Manifest.Exits.Length} early exits");
        await using var server = ChildProcess.Start(
            "ptee-server", ["--bundle", options.Bundle, "--urls", _hosts.Url], programs, cancellationToken, _hosts.Server);
        var address = await AddressAsync(server, cancellationToken);
        await output.WriteLineAsync($"server process {server.Id} on {address}");
        var run = await ClassifyAsync(options, address, images.Count, cancellationToken);
        var serverPeak = server.PeakMemory();
        var serverFault = server.HasEnded ? await server.FaultAsync() : null;

        var backbone = known ?? await BackboneAsync(bundle, images, cancellationToken);
        await output.WriteLineAsync();
        return new ReportBuilder(bundle.Manifest, run, backbone)
            .Build(name, images, serverPeak / BytesPerMb) with
        { ServerEnd = serverFault?.Message };
    }

    private async Task<int[]> BackboneAsync(Bundle bundle, ImageSet images, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync("the undivided backbone on the same images, for comparison ...");
        using var engine = BundleEngines.Open(BundleEngines.Default, bundle, threads: 0);
        return BackboneRun.Classes(bundle.Manifest, engine, images, progress: null, cancellationToken);
    }

    /// <summary>The address that a server process says it listens on.</summary>
    /// <exception cref="PteeFormatException">It ended, or said something else.</exception>
    public static async Task<string> AddressAsync(ChildProcess server, CancellationToken cancellationToken)
    {
        var line = await server.Output.ReadLineAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (line is null)
        {
            throw await server.FaultAsync();
        }

        return line.StartsWith(ListeningPrefix, StringComparison.Ordinal)
            ? line[ListeningPrefix.Length..].Split(' ')[0]
            : throw new PteeFormatException($"ptee-server said '{line}', expected '{ListeningPrefix}URL'");
    }

    private async Task<ClassifyReport> ClassifyAsync(
        DemoOptions options, string address, int images, CancellationToken cancellationToken)
    {
        await using var edge = ChildProcess.Start("ptee-edge", Arguments(options, address), programs, cancellationToken, _hosts.Edge);
        await output.WriteLineAsync($"edge process {edge.Id}");
        var report = new StringBuilder();
        while (await edge.Output.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(StatsPrefix, StringComparison.Ordinal))
            {
                Show(line, images);
            }
            else
            {
                report.AppendLine(line);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        if ((await edge.WaitAsync(cancellationToken)).Status is not (ExitStatus.Good or ExitStatus.WrongInput) || report.Length == 0)
        {
            throw await edge.FaultAsync(); // With a report, the status of wrong input says that some pictures failed.
        }

        return JsonSerializer.Deserialize<ClassifyReport>(report.ToString(), JsonFile.Options)!;
    }

    private static List<string> Arguments(DemoOptions options, string address)
    {
        List<string> arguments =
        [
            "classify", options.Images, "--bundle", options.Bundle, "--server", address, "--quiet", "--json", ReportPlace,
            "--stats-every", "250",
        ];
        if (options.Threshold is { } threshold)
        {
            arguments.AddRange(["--threshold", threshold.ToString(CultureInfo.InvariantCulture)]);
        }

        if (options.Point is { } point)
        {
            arguments.AddRange(["--point", point]);
        }

        if (options.Codec is { } codec)
        {
            arguments.AddRange(["--codec", codec]);
        }

        return arguments;
    }

    /// <summary>The edge says how far it is in lines like <c>stats {"images":250,…}</c>.</summary>
    private void Show(string line, int images)
    {
        using var stats = JsonDocument.Parse(line[StatsPrefix.Length..]);
        output.WriteLine($"  {stats.RootElement.GetProperty("images").GetInt32()} of {images} images answered");
    }
}
