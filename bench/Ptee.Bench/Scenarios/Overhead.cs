using System.Diagnostics;
using Grpc.Net.Client;
using Ptee.Cli.Demo;
using Ptee.Engines;
using Ptee.Shared.Wire;

namespace Ptee.Bench.Scenarios;

/// <summary>What serving adds: one device on loopback, one frame at a time, against the same segments in this process.</summary>
internal static class Overhead
{
    private const int FramesARound = 200;

    public static async Task<ScenarioResult> RunAsync(string? bundle, int rounds, CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, Figure>();
        foreach (var (name, model) in Models.Open(bundle))
        {
            var workload = await Workload.OfAsync(model, cancellationToken);
            using var file = new TemporaryBundle(model);
            await MeasureAsync(name, workload, file.Path, rounds, figures, cancellationToken);
        }

        return new ScenarioResult("overhead", ScenarioResult.ThisMachine, figures);
    }

    private static async Task MeasureAsync(
        string name, Workload workload, string file, int rounds, Dictionary<string, Figure> figures, CancellationToken cancellationToken)
    {
        await using var server = ChildProcess.Start(
            "ptee-server", ["--bundle", file, "--urls", "http://127.0.0.1:0"], BuiltPrograms.Folder, cancellationToken);
        using var channel = GrpcChannel.ForAddress(await DemoRun.AddressAsync(server, cancellationToken));
        using var call = new SplitInference.SplitInferenceClient(channel).Infer(cancellationToken: cancellationToken);
        await call.RequestStream.WriteAsync(new InferRequest { Hello = workload.Hello }, cancellationToken);
        await call.ResponseStream.MoveNext(cancellationToken);
        using var engine = BundleEngines.Open(BundleEngines.Default, workload.Bundle, threads: 1);
        var bareServer = new BareServer(workload, engine);

        var (served, bare, overheads) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = -1; round < rounds; round++)
        {
            var (one, other) = (new List<double>(), new List<double>());
            for (var i = 0; i < FramesARound; i++)
            {
                // The same image, one after the other: early leavers are as many on both sides.
                var at = ((Math.Max(round, 0) * FramesARound) + i) % workload.Decoded.Length;
                var start = Stopwatch.GetTimestamp();
                var frame = new FeatureFrame { Payload = workload.Payloads[at], Cut = (uint)workload.Cut };
                await call.RequestStream.WriteAsync(new InferRequest { Frame = frame }, cancellationToken);
                await call.ResponseStream.MoveNext(cancellationToken);
                one.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);

                start = Stopwatch.GetTimestamp();
                bareServer.Run(1, workload.Decoded[at]);
                other.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            if (round >= 0)
            {
                served.Add(Median(one));
                bare.Add(Median(other));
                overheads.Add(Median(one) - Median(other));
            }
        }

        figures[$"server_p50_ms.{name}"] = Figure.Spread(served, "ms");
        figures[$"segments_p50_ms.{name}"] = Figure.Spread(bare, "ms");
        figures[$"overhead_p50_ms.{name}"] = Figure.Spread(overheads, "ms");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
