using System.Buffers;
using System.Diagnostics;
using Ptee.Data.Codecs;
using Ptee.Engines;
using Ptee.Server.Scheduling;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;

namespace Ptee.Bench.Scenarios;

/// <summary>
/// The small things that every image passes: nanoseconds, and bytes allocated, each time. Another bundle than the embedded one has
/// other codecs and another cascade: its result is called <c>micro.NAME</c>, after its file, and has budgets of its own under that name.
/// </summary>
internal static class Micro
{
    private const int TimesARound = 2_000;
    private const int Streams = 16;
    private const int MaxBatch = 8;

    public static async Task<ScenarioResult> RunAsync(string? bundle, int rounds, CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, Figure>();
        var (modelName, model) = Models.Open(bundle).First();
        var workload = await Workload.OfAsync(model, cancellationToken);
        var manifest = workload.Bundle.Manifest;
        foreach (var name in (string[])[.. FeatureCodecs.NamesAt(manifest.Cuts[workload.Cut]), FrameCodecs.Png, FrameCodecs.WebP])
        {
            var coded = await Workload.OfAsync(workload.Bundle, cancellationToken, name);
            var (codec, payload) = (coded.Codec, new ArrayBufferWriter<byte>(coded.Codec.MaxPayloadBytes));
            var decoded = new float[codec.Shape.Count];
            // Another image each time: the processor would know the branches of a single one by heart.
            var (write, read) = (0, 0);
            Measure($"{name}_encode", () =>
            {
                payload.ResetWrittenCount();
                codec.Encode(coded.Coded[write++ % coded.Coded.Length], payload);
            });
            Measure($"{name}_decode", () => codec.Decode(coded.Payloads[read++ % coded.Payloads.Length].Span, decoded));
        }

        Gate(manifest.Labels.Length, workload.Policy, Measure);
        Scheduler(workload, Measure);
        using var engine = BundleEngines.Open(BundleEngines.Default, workload.Bundle, threads: 1);
        var server = new BareServer(workload, engine);
        // Another image each time here too: they leave at different exits. In one place, as the server gathers them.
        var (frame, next) = (new float[workload.Decoded[0].Length], 0);
        Measure("cascade", () =>
        {
            workload.Decoded[next++ % workload.Decoded.Length].CopyTo(frame, 0);
            server.Run(1, frame);
        }, TimesARound / 20);
        return new ScenarioResult(bundle is null ? "micro" : $"micro.{modelName}", ScenarioResult.ThisMachine, figures);

        void Measure(string name, Action act, int times = TimesARound)
        {
            Repeat(act, times); // Warm: compiled, and buffers have grown.
            var (nanoseconds, allocated) = (new List<double>(), new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                var (bytes, start) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
                Repeat(act, times);
                nanoseconds.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds / times);
                allocated.Add((double)(GC.GetAllocatedBytesForCurrentThread() - bytes) / times);
            }

            figures[$"{name}_ns"] = Figure.Spread(nanoseconds, "ns");
            figures[$"{name}_alloc_bytes"] = Figure.Spread(allocated, "bytes");
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>From an exit's logits to whether its answer stands.</summary>
    private static void Gate(int classes, ExitPolicy policy, Action<string, Action, int> measure)
    {
        var logits = Enumerable.Range(0, classes).Select(i => MathF.Sin(i)).ToArray();
        var probabilities = new float[classes];
        var stands = 0;
        measure("gate", () =>
        {
            Softmax.Compute(logits, probabilities);
            stands += policy.Stands(0, Softmax.ArgMax(probabilities), policy.Score(probabilities, 0.5f)) ? 1 : 0;
        }, TimesARound);
    }

    /// <summary>A frame in and out of the queue, eight to a batch, from streams in turn.</summary>
    private static void Scheduler(Workload workload, Action<string, Action, int> measure)
    {
        var manifest = workload.Bundle.Manifest;
        var queue = new FrameQueue(manifest.SegmentCount, limit: MaxBatch);
        var load = new LoadCounters();
        var frames = Enumerable.Range(0, Streams).Select(i => new WaitingFrame
        {
            Id = (ulong)i,
            Segment = manifest.SegmentCount - 1,
            FirstExit = manifest.SegmentCount - 1,
            Features = workload.Decoded[0],
            Policy = workload.Policy,
            Deadline = new FrameDeadline(TimeProvider.System, TimeProvider.System.GetTimestamp(), Milliseconds: 0),
            Replies = new ReplySink(load),
            Caller = CancellationToken.None,
        }).ToArray();
        var batch = new List<WaitingFrame>(MaxBatch);
        var dropped = new List<WaitingFrame>();
        var next = 0;
        measure("queue_8_frames", () =>
        {
            for (var i = 0; i < MaxBatch; i++)
            {
                queue.TryAdd(frames[next++ % Streams]);
            }

            queue.Take(MaxBatch, batch, dropped);
            batch.Clear();
        }, TimesARound);
    }

    private static void Repeat(Action act, int times)
    {
        for (var i = 0; i < times; i++)
        {
            act();
        }
    }
}
