using System.Globalization;
using Ptee.Cli.Commands;
using Ptee.Data;
using Ptee.Engines;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Shared.Reports;
using Ptee.Shared.Weights;
using Ptee.Training.Evaluation;

namespace Ptee.Cli.Demo;

/// <summary>The main job as two real processes and a real socket: server and edge are started, run and ended here.</summary>
/// <param name="programs">The folder that holds edge/ and server/; null: the one this program lies in.</param>
/// <param name="hosts">Where the two run; null: both here.</param>
internal sealed class DemoRun(TextWriter output, string? programs = null, DemoHosts? hosts = null)
{
    private readonly DemoHosts _hosts = hosts ?? DemoHosts.Loopback;

    public const string Explanation =
        """
        exit        where images left: an edge exit answers on the device and nothing is sent for it
        accuracy    against the true labels; agreement: with what the undivided backbone says of the same image
        macs        multiply-accumulates of all that ran, every branch included, over the backbone's own
        coding      a trained codec's networks, and what the server ran once more because the picture was the shorter to send
        bytes       counted at the device's socket, both directions, everything included, over all images
        degraded    wanted the server, did not get it in time, and was answered by the deepest exit on the device
        """;

    private const double BytesPerMb = 1 << 20;
    private const string ListeningPrefix = "ptee-server: listening on ";

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
        var (run, serverPeak) = await ClassifyAsync(options, address, server.Id, images.Count, cancellationToken);

        var backbone = known ?? await BackboneAsync(bundle, images, cancellationToken);
        await output.WriteLineAsync();
        return new ReportBuilder(bundle.Manifest, run, backbone)
            .Build(name, images, serverPeak / BytesPerMb);
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

    private async Task<(ClassifyReport Run, long ServerPeak)> ClassifyAsync(
        DemoOptions options, string address, int serverId, int images, CancellationToken cancellationToken)
    {
        var result = Path.Combine(Path.GetTempPath(), $"ptee-demo-{Guid.NewGuid():N}.json");
        try
        {
            await using var edge = ChildProcess.Start(
                "ptee-edge", Arguments(options, address, result), programs, cancellationToken, _hosts.Edge);
            await output.WriteLineAsync($"edge process {edge.Id}");
            while (await edge.Output.ReadLineAsync(cancellationToken) is { } line)
            {
                Show(line, images);
            }

            cancellationToken.ThrowIfCancellationRequested();
            await edge.RequireSuccessAsync(cancellationToken);
            return (JsonFile.Read<ClassifyReport>(result), ProcessMemory.Peak(serverId));
        }
        finally
        {
            File.Delete(result);
        }
    }

    private static List<string> Arguments(DemoOptions options, string address, string result)
    {
        List<string> arguments =
        [
            "classify", options.Images, "--bundle", options.Bundle, "--server", address, "--quiet", "--json", result,
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
        const string prefix = "stats ";
        if (line.StartsWith(prefix, StringComparison.Ordinal))
        {
            using var stats = System.Text.Json.JsonDocument.Parse(line[prefix.Length..]);
            output.WriteLine($"  {stats.RootElement.GetProperty("images").GetInt32()} of {images} images answered");
        }
    }
}
