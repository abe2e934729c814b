using System.Diagnostics;
using Ptee.Cli.Demo;
using Ptee.Engines;
using Ptee.Shared.Inference;

namespace Ptee.Bench.Scenarios;

/// <summary>
/// Images a second of a server process against the bare engine at its best batch, on the same work; and how long frames take
/// at 70 % of that. Server and engine keep to one core, the load to another.
/// </summary>
internal static class Throughput
{
    private const int ServerCore = 0;
    private const int LoadCore = 1;
    private const int InFlight = 8;
    private const double Utilization = 0.7;
    private const int PoissonFrames = 400; // A device.
    private static readonly int[] Batches = [1, 2, 4, 8, 16, 32];
    private static readonly int[] Devices = [1, 16, 64];
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2); // On one core the JIT's last tier takes its time.
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(3);

    public static async Task<ScenarioResult> RunAsync(string? bundle, int rounds, CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, Figure>();
        foreach (var (name, model) in Models.Open(bundle))
        {
            var workload = await Workload.OfAsync(model, cancellationToken);
            using var file = new TemporaryBundle(model);
            await MeasureAsync(name, workload, file.Path, rounds, figures, cancellationToken);
        }

        return new ScenarioResult("throughput", ScenarioResult.ThisMachine, figures);
    }

    private static async Task MeasureAsync(
        string name, Workload workload, string file, int rounds, Dictionary<string, Figure> figures, CancellationToken cancellationToken)
    {
        Cores.Confine(Environment.ProcessId, LoadCore);
        using var engine = BundleEngines.Open(BundleEngines.Default, workload.Bundle, threads: 1);
        var best = Batches.MaxBy(batch => Bare(workload, engine, batch));
        await using var server = BuiltPrograms.StartServer(file, ["--max-batch", $"{best}", "--queue", "4096"], cancellationToken);
        var address = await DemoRun.AddressAsync(server, cancellationToken);
        Cores.Confine(server.Id, ServerCore);

        var rates = Devices.ToDictionary(devices => devices, _ => new List<double>());
        var (ratios, bare) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var devices in Devices)
            {
                rates[devices].Add(await SaturatedAsync(address, workload, devices));
            }

            bare.Add(Bare(workload, engine, best));
            ratios.Add(rates[16][^1] / bare[^1]);
        }

        foreach (var devices in Devices)
        {
            figures[$"images_per_s_{devices}.{name}"] = Figure.Spread(rates[devices], "images/s");
        }

        figures[$"engine_images_per_s.{name}"] = Figure.Spread(bare, "images/s");
        figures[$"engine_best_batch.{name}"] = Figure.Of(best, "images");
        figures[$"server_vs_engine.{name}"] = Figure.Spread(ratios, "ratio");
        figures[$"p99_over_p50.{name}"] = Figure.Spread(
            await TailAsync(address, workload, Utilization * rates[16].Max(), rounds), "ratio");
    }

    private static double Bare(Workload workload, IEngine engine, int batch) => Cores.On(ServerCore, () =>
    {
        var server = new BareServer(workload, engine);
        var size = workload.Decoded[0].Length;
        var input = new float[batch * size];
        var (images, at, clock) = (0, 0, Stopwatch.StartNew());
        var warm = false;
        while (clock.Elapsed < Measured)
        {
            for (var row = 0; row < batch; row++)
            {
                workload.Decoded[at++ % workload.Decoded.Length].CopyTo(input.AsSpan(row * size));
            }

            server.Run(batch, input);
            images += batch;
            if (!warm && clock.Elapsed > WarmUp)
            {
                (warm, images) = (true, 0);
                clock.Restart();
            }
        }

        return images / clock.Elapsed.TotalSeconds;
    });

    /// <summary>Images a second that the server answers while each device has eight frames unanswered.</summary>
    public static async Task<double> SaturatedAsync(string address, Workload workload, int devices)
    {
        using var stop = new CancellationTokenSource();
        var all = await OpenAsync(address, workload, devices);
        var running = all.Select(device => device.SaturateAsync(InFlight, stop.Token)).ToArray();
        await Task.Delay(WarmUp);
        var (before, clock) = (all.Sum(device => device.Milliseconds.Count), Stopwatch.StartNew());
        await Task.Delay(Measured);
        var rate = (all.Sum(device => device.Milliseconds.Count) - before) / clock.Elapsed.TotalSeconds;
        await stop.CancelAsync();
        await Task.WhenAll(running);
        await CloseAsync(all);
        return rate;
    }

    private static async Task<List<double>> TailAsync(string address, Workload workload, double rate, int rounds)
    {
        const int devices = 16;
        var ratios = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            var all = await OpenAsync(address, workload, devices);
            await Task.WhenAll(all.Select((device, i) => device.PoissonAsync(
                rate / devices, PoissonFrames, new Random((round * devices) + i))));
            var times = all.SelectMany(device => device.Milliseconds).Order().ToArray();
            ratios.Add(times[(int)(0.99 * times.Length)] / times[times.Length / 2]);
            await CloseAsync(all);
        }

        return ratios;
    }

    private static async Task<List<LoadDevice>> OpenAsync(string address, Workload workload, int devices)
    {
        var all = new List<LoadDevice>();
        for (var i = 0; i < devices; i++)
        {
            all.Add(await LoadDevice.OpenAsync(address, workload, first: i * workload.Payloads.Length / devices));
        }

        return all;
    }

    private static async Task CloseAsync(List<LoadDevice> devices)
    {
        foreach (var device in devices)
        {
            await device.DisposeAsync();
        }
    }
}
