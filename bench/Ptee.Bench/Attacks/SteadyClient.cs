using System.Diagnostics;
using Google.Protobuf;
using Ptee.Data.Codecs;
using Ptee.Edge.Classification;
using Ptee.Edge.Offload;
using Ptee.Shared;
using Ptee.Shared.Bundles;

namespace Ptee.Bench.Attacks;

/// <summary>The well-behaved client: a device's own link, with pictures that its exits were not sure of, 20 a second.</summary>
internal sealed class SteadyClient : IAsyncDisposable
{
    private const int FramesToWarm = 40;
    private static readonly TimeSpan BetweenFrames = TimeSpan.FromMilliseconds(50);
    private static readonly ServerLinkOptions Defaults = new() { Server = new Uri("http://localhost") };

    private readonly ServerLink _link;
    private readonly int _split;
    private readonly int _codec;
    private readonly ByteString[] _payloads;
    private int _next;

    private SteadyClient(ServerLink link, SplitPlan plan, ByteString[] payloads) =>
        (_link, _split, _codec, _payloads) = (link, plan.Split, plan.Codecs.ToList().IndexOf(FrameCodecs.WebP), payloads);

    /// <summary>Connects and sends some frames, so that nothing is measured that only the first ones cost.</summary>
    public static async Task<SteadyClient> OpenAsync(string server, Workload workload, CancellationToken cancellationToken)
    {
        var plan = SplitPlan.Create(workload.Bundle, new SplitSettings(OperatingPoint.Accurate, Codec: FrameCodecs.WebP), withServer: true);
        var client = new SteadyClient(
            new ServerLink(workload.Bundle, plan.Codecs, plan.Policy, Defaults with { Server = new Uri(server) }), plan, workload.Payloads);
        if (!await client._link.ConnectAsync(cancellationToken))
        {
            await client.DisposeAsync();
            throw new PteeFormatException($"{server}: not ready");
        }

        for (var i = 0; i < FramesToWarm; i++)
        {
            await client.SendAsync(cancellationToken);
        }

        return client;
    }

    /// <summary>Sends on time, whatever becomes of the frames before, until it is told to stop.</summary>
    public async Task<FrameTimes> RunAsync(CancellationToken stop)
    {
        List<Task<double?>> frames = [];
        using var timer = new PeriodicTimer(BetweenFrames);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                frames.Add(SendAsync(CancellationToken.None));
            }
        }
        catch (OperationCanceledException)
        {
            // Those that are on their way have their deadline.
        }

        return new FrameTimes(await Task.WhenAll(frames));
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    /// <returns>Milliseconds; null where the server did not answer in time.</returns>
    private async Task<double?> SendAsync(CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var reply = await _link.SendAsync(_split, _codec, _payloads[_next++ % _payloads.Length].Memory, cancellationToken);
        return reply.Status == OffloadStatus.Answered ? Stopwatch.GetElapsedTime(start).TotalMilliseconds : null;
    }
}
