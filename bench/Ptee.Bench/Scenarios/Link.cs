using System.Diagnostics;
using System.Globalization;
using Ptee.Cli.Demo;
using Ptee.Data.Codecs;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.IO;
using Ptee.Shared.Reports;

namespace Ptee.Bench.Scenarios;

/// <summary>
/// Time for an image over a slow way, one image at a time: the device alone, the server alone, and split. Two network
/// namespaces with a token bucket on their cable, and a relay that holds each byte back for half of the round trip.
/// </summary>
internal static class Link
{
    private const int RecordBytes = 3073; // Of a CIFAR-10 file.

    public static async Task<ScenarioResult> RunAsync(
        string? bundle, string[] rates, int mtu, int roundTripMs, int images, int rounds, CancellationToken cancellationToken)
    {
        using var cable = VethPair.TryCreate()
            ?? throw new PteeFormatException("scenario link needs network namespaces: Linux, ip and tc, and the right to use them (root)");
        var pictures = Path.Combine(Path.GetTempPath(), $"ptee-link-{Guid.NewGuid():N}.bin");
        var figures = new Dictionary<string, Figure>();
        try
        {
            await File.WriteAllBytesAsync(
                pictures, (await File.ReadAllBytesAsync(BuiltPrograms.Asset("cifar10-test-1000.bin"), cancellationToken))[..(images * RecordBytes)], cancellationToken);
            foreach (var (name, model) in Models.Open(bundle))
            {
                using var file = new TemporaryBundle(model);
                foreach (var rate in rates)
                {
                    cable.Limit(rate, mtu);
                    await MeasureAsync(new Way(cable, file.Path, pictures, roundTripMs), model, rate, name, rounds, figures, cancellationToken);
                }
            }
        }
        finally
        {
            File.Delete(pictures);
        }

        return new ScenarioResult("link", ScenarioResult.ThisMachine, figures);
    }

    private static async Task MeasureAsync(
        Way way, Bundle model, string rate, string name, int rounds, Dictionary<string, Figure> figures, CancellationToken cancellationToken)
    {
        // Nothing leaves on the device, which asks its first exit and sends the picture: as near as Ptee comes to a server alone.
        string[] Pictures(string codec) => ["--split", "0", "--threshold", ExitPolicy.Never.ToString(CultureInfo.InvariantCulture), "--codec", codec];
        var arms = new (string Name, bool WithServer, string[] Arguments)[]
        {
            ("edge_only", false, []),
            ("server_only_png", true, Pictures(FrameCodecs.Png)),
            ("server_only_webp", true, Pictures(FrameCodecs.WebP)),
            ("split", true, []),
        };
        var times = arms.ToDictionary(arm => arm.Name, _ => new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var arm in arms)
            {
                times[arm.Name].Add(await way.MillisecondsAnImageAsync(arm.WithServer, arm.Arguments, cancellationToken));
            }
        }

        foreach (var arm in arms)
        {
            figures[$"{arm.Name}_ms_{rate}.{name}"] = Figure.Spread(times[arm.Name], "ms");
        }

        foreach (var other in new[] { "png", "webp" })
        {
            figures[$"link_{rate.Replace("bit", "", StringComparison.Ordinal)}_vs_{other}.{name}"] = Figure.Spread(times["split"].Zip(times[$"server_only_{other}"], (split, server) => split / server), "ratio");
        }
    }

    /// <summary>One model, one set of pictures, one cable.</summary>
    private sealed record Way(VethPair Cable, string Bundle, string Pictures, int RoundTripMs)
    {
        public async Task<double> MillisecondsAnImageAsync(bool withServer, string[] arguments, CancellationToken cancellationToken)
        {
            var json = Path.Combine(Path.GetTempPath(), $"ptee-link-{Guid.NewGuid():N}.json");
            string[] common =
            [
                "classify", Pictures, "--bundle", Bundle, "--json", json, "--quiet", "--in-flight", "0", "--deadline", "60000", .. arguments,
            ];
            try
            {
                if (!withServer)
                {
                    return await RunAsync(common, json, ImageRecord.EdgeTier, cancellationToken);
                }

                await using var server = ChildProcess.Start(
                    "ptee-server", ["--bundle", Bundle, "--urls", Cable.Hosts.Url], BuiltPrograms.Folder, cancellationToken, Cable.Server);
                var address = new Uri(await DemoRun.AddressAsync(server, cancellationToken));
                using var relay = Process.Start(new ProcessStartInfo(
                    Cable.Server[0],
                    [
                        .. Cable.Server[1..], Path.Combine(AppContext.BaseDirectory, "Ptee.Bench"), "relay", "--listen", $"{VethPair.ServerAddress}:0", "--to", $"{address.Host}:{address.Port}",
                        "--delay-ms", (RoundTripMs / 2.0).ToString(CultureInfo.InvariantCulture),
                    ])
                { RedirectStandardOutput = true })!;
                try
                {
                    var line = await relay.StandardOutput.ReadLineAsync(cancellationToken)
                        ?? throw new PteeFormatException("the relay ended before it listened");
                    return await RunAsync([.. common, "--server", line.Split(' ')[^1]], json, tier: null, cancellationToken);
                }
                finally
                {
                    relay.Kill(entireProcessTree: true);
                    await relay.WaitForExitAsync(CancellationToken.None);
                }
            }
            finally
            {
                File.Delete(json);
            }
        }

        /// <param name="tier">That answers every image; null: the server answers some, and none is degraded.</param>
        private async Task<double> RunAsync(string[] arguments, string json, string? tier, CancellationToken cancellationToken)
        {
            await using (var edge = ChildProcess.Start("ptee-edge", arguments, BuiltPrograms.Folder, cancellationToken, Cable.Edge))
            {
                await edge.Output.ReadToEndAsync(cancellationToken);
                await edge.RequireSuccessAsync(cancellationToken);
            }

            var report = JsonFile.Read<ClassifyReport>(json);
            if (report.Images.Any(image => image.Degraded || image.Error is not null)
                || (tier is null && report.Images.All(image => image.Tier == ImageRecord.EdgeTier)))
            {
                throw new PteeFormatException($"{string.Join(' ', arguments)}: images were degraded, or none was sent: this is no measurement");
            }

            return 1000 * report.Seconds / report.Images.Length;
        }
    }
}
