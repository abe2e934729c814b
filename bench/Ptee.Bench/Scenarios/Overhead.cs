using System.Diagnostics;
using Grpc.Net.Client;
using Ptee.Cli.Demo;
using Ptee.Engines;
using Ptee.Shared;
using Ptee.Shared.Wire;

namespace Ptee.Bench.Scenarios;

/// <summary>
/// What serving adds: one device on loopback, one frame at a time, against the same segments in this process. Two parts of it
/// are measured by themselves: the way there and back, with a frame that the server refuses, and reading the payload.
/// </summary>
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
        await using var server = BuiltPrograms.StartServer(file, [], cancellationToken);
        using var channel = GrpcChannel.ForAddress(await DemoRun.AddressAsync(server, cancellationToken));
        using var call = new SplitInference.SplitInferenceClient(channel).Infer(cancellationToken: cancellationToken);
        await call.RequestStream.WriteAsync(new InferRequest { Hello = workload.Hello }, cancellationToken);
        await call.ResponseStream.MoveNext(cancellationToken);
        using var engine = BundleEngines.Open(BundleEngines.Default, workload.Bundle, threads: 1);
        var bareServer = new BareServer(workload, engine);
        var back = new float[workload.Codec.Shape.Count];
        var noSuchCut = (uint)workload.Bundle.Manifest.Cuts.Length;

        var (served, bare, refused, read) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = -1; round < rounds; round++)
        {
            var times = new List<(double Served, double Bare, double Refused, double Read)>();
            for (var i = 0; i < FramesARound; i++)
            {
                // The same image, one after the other: early leavers are as many on both sides.
                var at = ((Math.Max(round, 0) * FramesARound) + i) % workload.Decoded.Length;
                times.Add((
                    await TimeAsync(() => SendAsync(at, (uint)workload.Cut, InferReply.OutcomeOneofCase.Answer)),
                    Time(() => bareServer.Run(1, workload.Decoded[at])),
                    await TimeAsync(() => SendAsync(at, noSuchCut, InferReply.OutcomeOneofCase.Failure)),
                    Time(() => workload.Codec.Decode(workload.Payloads[at].Span, back))));
            }

            if (round >= 0)
            {
                served.Add(Figure.Median(times.Select(time => time.Served)));
                bare.Add(Figure.Median(times.Select(time => time.Bare)));
                refused.Add(Figure.Median(times.Select(time => time.Refused)));
                read.Add(Figure.Median(times.Select(time => time.Read)));
            }
        }

        figures[$"server_p50_ms.{name}"] = Figure.Spread(served, "ms");
        figures[$"segments_p50_ms.{name}"] = Figure.Spread(bare, "ms");
        figures[$"overhead_p50_ms.{name}"] = Figure.Spread(served.Zip(bare, (own, theirs) => own - theirs), "ms");
        figures[$"refused_p50_ms.{name}"] = Figure.Spread(refused, "ms");
        figures[$"decode_p50_ms.{name}"] = Figure.Spread(read, "ms");

        async Task SendAsync(int image, uint cut, InferReply.OutcomeOneofCase expected)
        {
            var frame = new FeatureFrame { Payload = workload.Payloads[image], Cut = cut };
            await call.RequestStream.WriteAsync(new InferRequest { Frame = frame }, cancellationToken);
            if (!await call.ResponseStream.MoveNext(cancellationToken) || call.ResponseStream.Current.OutcomeCase != expected)
            {
                throw new PteeFormatException($"{name}: the server said {call.ResponseStream.Current}; this is no measurement");
            }
        }
    }

    private static async Task<double> TimeAsync(Func<Task> run)
    {
        var start = Stopwatch.GetTimestamp();
        await run();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Time(Action run)
    {
        var start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
