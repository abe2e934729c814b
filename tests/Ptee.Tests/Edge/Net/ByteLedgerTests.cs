using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Ptee.Edge.Net;
using Ptee.Edge.Offload;

namespace Ptee.Tests.Edge.Net;

public sealed class ByteLedgerTests(EdgeModel model) : IClassFixture<EdgeModel>
{
    private const int Frames = 20;
    private const int PayloadBytes = 1000;

    [Fact]
    public async Task The_ledger_says_what_a_counting_proxy_sees()
    {
        await using var server = await ScriptedServer.StartAsync(ServerSession.AnswerAll);
        using var proxy = new CountingProxy(server.Address);
        var ledger = new ByteLedger();
        await using var link = Link(proxy.Address, ledger);
        await link.ConnectAsync().Bounded();

        await SendAsync(link);

        await AgreeAsync(ledger, proxy);
        Assert.InRange(ledger.Up, Frames * PayloadBytes, Frames * (PayloadBytes + 30) + 600);
        Assert.InRange(ledger.Down, Frames * 20, (Frames * 60) + 600);
    }

    [Fact]
    public async Task The_ledger_goes_on_counting_over_reconnects()
    {
        var back = new TaskCompletionSource();
        await using var server = await ScriptedServer.StartAsync(session =>
            session.Number == 1 ? AcceptAndAbortAsync(session) : ServerSession.AnswerAll(session));
        using var proxy = new CountingProxy(server.Address);
        var ledger = new ByteLedger();
        await using var link = Link(proxy.Address, ledger, notice => Signal(back, notice));
        await link.ConnectAsync().Bounded();
        await link.SendAsync(1, codec: 0, new byte[PayloadBytes]).Bounded();
        await back.Task.Bounded();

        await SendAsync(link);

        await AgreeAsync(ledger, proxy);
        Assert.True(ledger.Up > (Frames + 1) * PayloadBytes, $"{ledger.Up} bytes up");
    }

    /// <summary>The meter is the process's: numbers that no other test sends.</summary>
    [Fact]
    public void What_a_ledger_counts_is_a_metric_with_its_direction()
    {
        var seen = new ConcurrentBag<(long Bytes, string? Direction)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == ByteLedger.MeterName && instrument.Name == ByteLedger.Metric && instrument.Unit == "By")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, bytes, tags, _) =>
            seen.Add((bytes, tags.ToArray().Single(tag => tag.Key == "network.io.direction").Value as string)));
        listener.Start();
        var ledger = new ByteLedger();

        ledger.Sent(1_234_567_891);
        ledger.Received(1_198_765_432);

        Assert.Contains((1_234_567_891, "transmit"), seen);
        Assert.Contains((1_198_765_432, "receive"), seen);
    }

    private static void Signal(TaskCompletionSource back, LinkNotice notice)
    {
        if (notice.Up)
        {
            back.TrySetResult();
        }
    }

    private static async Task AcceptAndAbortAsync(ServerSession session)
    {
        await session.AcceptAsync();
        await session.NextAsync();
        session.Abort();
    }

    private static async Task SendAsync(ServerLink link)
    {
        for (var i = 0; i < Frames; i++)
        {
            var reply = await link.SendAsync(1, codec: 0, new byte[PayloadBytes]).Bounded();
            Assert.Equal(OffloadStatus.Answered, reply.Status);
        }
    }

    /// <summary>Acknowledgements of HTTP/2 may still be on their way when the last answer has come.</summary>
    private static Task AgreeAsync(ByteLedger ledger, CountingProxy proxy) => Waiting.UntilAsync(
        () => (ledger.Up, ledger.Down) == (proxy.Up, proxy.Down),
        () => $"ledger {ledger.Up} up, {ledger.Down} down; proxy {proxy.Up} up, {proxy.Down} down");

    private ServerLink Link(Uri address, ByteLedger ledger, Action<LinkNotice>? notify = null) =>
        new(model.Bundle, model.NeverSure.Codecs, model.NeverSure.Policy, new ServerLinkOptions
        {
            Server = address,
            Ledger = ledger,
            Random = new NoJitter(),
            Deadline = Waiting.Bound,
            Notify = notify ?? (_ => { }),
        });
}
