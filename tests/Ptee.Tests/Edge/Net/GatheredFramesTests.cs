using Microsoft.Extensions.Time.Testing;
using Ptee.Edge.Net;
using Ptee.Edge.Offload;

namespace Ptee.Tests.Edge.Net;

public sealed class GatheredFramesTests(EdgeModel model) : IClassFixture<EdgeModel>
{
    private const int Cut = 1;
    private const int Frames = 500;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    // More than HTTP/2 lets through to a server that does not read (Kestrel: 768 KB): what comes after it waits.
    private static readonly byte[] Stopper = new byte[1 << 20];

    private readonly FakeTimeProvider _time = new();
    private readonly ByteLedger _ledger = new();
    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Frames_that_wait_together_leave_in_few_writes_and_arrive_as_they_were()
    {
        await using var server = await ScriptedServer.StartAsync(ReadWhenToldAsync);
        await using var link = await ConnectedAsync(server);
        byte[][] payloads = [Stopper, .. Enumerable.Range(0, Frames).Select(Payload)];

        var sending = payloads.Select(payload => link.SendAsync(Cut, codec: 0, payload)).ToArray();
        _read.SetResult();

        Assert.All(await Task.WhenAll(sending).Bounded(), reply => Assert.Equal(OffloadStatus.Answered, reply.Status));
        foreach (var payload in payloads)
        {
            Assert.Equal(payload, (await server.NextFrameAsync()).Raw.Payload.ToByteArray());
        }

        Assert.InRange(_ledger.Writes, 1, Frames / 2); // Most of them are the stopper's.
    }

    [Fact]
    public async Task A_frame_that_is_alone_leaves_at_once()
    {
        _read.SetResult();
        await using var server = await ScriptedServer.StartAsync(ReadWhenToldAsync);
        await using var link = await ConnectedAsync(server);

        for (var i = 0; i < 3; i++)
        {
            // Time stands still and nothing comes behind it.
            Assert.Equal(OffloadStatus.Answered, (await link.SendAsync(Cut, codec: 0, Payload(i)).Bounded()).Status);
        }
    }

    [Fact]
    public async Task A_frame_that_is_too_late_while_it_waits_is_passed_over()
    {
        await using var server = await ScriptedServer.StartAsync(ReadWhenToldAsync);
        await using var link = await ConnectedAsync(server);
        _ = link.SendAsync(Cut, codec: 0, Stopper);
        await Waiting.UntilAsync(() => _ledger.Up > Stopper.Length / 2, () => $"{_ledger.Up} bytes up");
        Task<OffloadReply>[] late = [.. Enumerable.Range(0, 3).Select(i => link.SendAsync(Cut, codec: 0, Payload(i)))];
        _time.Advance(Deadline);
        await Task.WhenAll(late).Bounded();
        var inTime = Enumerable.Range(10, 3).Select(i => link.SendAsync(Cut, codec: 0, Payload(i))).ToArray();

        _read.SetResult();

        Assert.All(await Task.WhenAll(inTime).Bounded(), reply => Assert.Equal(OffloadStatus.Answered, reply.Status));
        Assert.Equal(Stopper.Length, (await server.NextFrameAsync()).Raw.Payload.Length);
        foreach (var number in new[] { 10, 11, 12 })
        {
            Assert.Equal(Payload(number), (await server.NextFrameAsync()).Raw.Payload.ToByteArray());
        }
    }

    /// <summary>The write fails while another frame is behind it: the next stream's Hello has none, and must not wait.</summary>
    [Fact]
    public async Task After_a_stream_that_broke_between_frames_the_next_one_begins_at_once()
    {
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            await session.AcceptAsync();
            if (session.Number > 1)
            {
                await session.NextAsync();
                return;
            }

            await _read.Task;
            await session.NextAsync();
            await Waiting.UntilAsync(() => _ledger.Up > 1.5 * Stopper.Length, () => $"{_ledger.Up} bytes up");
            session.Abort();
        });
        await using var link = await ConnectedAsync(server);
        byte[][] payloads = [Stopper, Stopper, Payload(0), Payload(1)];

        var sending = payloads.Select(payload => link.SendAsync(Cut, codec: 0, payload)).ToArray();
        _read.SetResult();

        Assert.All(await Task.WhenAll(sending).Bounded(), reply => Assert.Equal(OffloadStatus.Lost, reply.Status));
        await Waiting.UntilAsync(() => link is { IsUp: true, Reconnects: 1 }, () => $"{server.Streams} streams, {link.Reconnects} reconnects");
    }

    private async Task ReadWhenToldAsync(ServerSession session)
    {
        await session.AcceptAsync();
        await _read.Task;
        while (await session.NextAsync() is { } frame)
        {
            await session.AnswerAsync(frame.Id);
        }
    }

    private static byte[] Payload(int number) => [.. Enumerable.Range(number, 100).Select(value => (byte)value)];

    private async Task<ServerLink> ConnectedAsync(ScriptedServer server)
    {
        var link = new ServerLink(model.Bundle, model.NeverSure.Codecs, model.NeverSure.Policy, new ServerLinkOptions
        {
            Server = server.Address,
            Ledger = _ledger,
            Deadline = Deadline,
            LargestStreamBytes = int.MaxValue, // One stream, so that all frames keep their order.
            Time = _time,
            Random = new NoJitter(),
        });
        Assert.True(await link.ConnectAsync().Bounded());
        return link;
    }
}
