using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using Ptee.Edge.Offload;
using Ptee.Shared.Wire;

namespace Ptee.Tests.Edge.Offload;

public sealed class ServerLinkTests(EdgeModel model) : IClassFixture<EdgeModel>
{
    private const int Cut = 1;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(5);
    private static readonly byte[] Payload = [1, 2, 3];

    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource _back = new();

    [Fact]
    public async Task Hello_says_bundle_codec_gate_and_every_threshold()
    {
        var said = new TaskCompletionSource<Hello>();
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            said.SetResult(await session.AcceptAsync());
            await session.NextAsync();
        });
        await using var link = Link(server.Address);

        Assert.True(await link.ConnectAsync().Bounded());

        var hello = await said.Task.Bounded();
        Assert.Equal(model.Bundle.Id, Convert.ToHexStringLower(hello.BundleId.Span));
        Assert.Equal(model.NeverSure.Codecs, hello.Codecs);
        Assert.Equal(model.NeverSure.Policy.Gate, hello.Gate);
        Assert.Equal(model.NeverSure.Policy.Thresholds, hello.Thresholds);
    }

    [Fact]
    public async Task An_answer_finds_its_image_in_whatever_order_it_comes()
    {
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            await session.AcceptAsync();
            ReceivedFrame?[] frames = [await session.NextAsync(), await session.NextAsync(), await session.NextAsync()];
            foreach (var frame in frames.Reverse())
            {
                await session.AnswerAsync(frame!.Id, classIndex: frame.Raw.Payload[0]);
            }

            await session.NextAsync();
        });
        await using var link = await ConnectedAsync(server);

        var sending = new byte[] { 7, 8, 9 }.Select(first => link.SendAsync(Cut, codec: 0, new[] { first }));
        var replies = await Task.WhenAll(sending).Bounded();

        Assert.Equal([7, 8, 9], replies.Select(reply => reply.Answer.Class));
        Assert.All(replies, reply => Assert.Equal((OffloadStatus.Answered, true), (reply.Status, reply.Sent)));
    }

    [Fact]
    public async Task A_field_that_is_as_before_does_not_travel()
    {
        await using var server = await ScriptedServer.StartAsync(ServerSession.AnswerAll);
        await using var link = await ConnectedAsync(server);

        for (var i = 0; i < 3; i++)
        {
            await link.SendAsync(Cut, codec: 0, Payload).Bounded();
        }

        // Bytes: to protobuf's Equals, a field that is left out is the same as one that is 0.
        Assert.Equal("0800" + "1001" + "1800" + "20D00F" + "2A03010203", await NextBytesAsync(server));
        Assert.Equal("2A03010203", await NextBytesAsync(server));
        Assert.Equal("2A03010203", await NextBytesAsync(server));
    }

    /// <summary>Time stands still: what is not sent yet waits for an answer, and nothing else.</summary>
    [Fact]
    public async Task No_more_frames_are_on_the_way_than_the_server_reads()
    {
        var answer = new TaskCompletionSource();
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            await session.AcceptAsync(framesInFlight: 2);
            ReceivedFrame?[] first = [await session.NextAsync(), await session.NextAsync()];
            await answer.Task;
            for (var (i, frame) = (0, first[0]); frame is not null; frame = ++i < first.Length ? first[i] : await session.NextAsync())
            {
                await session.AnswerAsync(frame.Id, classIndex: frame.Raw.Payload[0]);
            }
        });
        await using var link = await ConnectedAsync(server);

        var sending = new byte[] { 1, 2, 3, 4, 5 }.Select(first => link.SendAsync(Cut, codec: 0, new[] { first })).ToArray();
        await server.NextFrameAsync();
        await server.NextFrameAsync();
        _time.Advance(Deadline);
        Assert.Equal([true, true, false, false, false], (await Task.WhenAll(sending).Bounded()).Select(reply => reply.Sent));

        // Those three never leave: their answers would have been late. The places of the two come back with their late answers.
        answer.SetResult();
        Assert.Equal(9, (await link.SendAsync(Cut, codec: 0, new byte[] { 9 }).Bounded()).Answer.Class);
    }

    [Fact]
    public async Task A_notice_that_cannot_be_written_does_not_end_the_link()
    {
        var streams = 0;
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            if (Interlocked.Increment(ref streams) == 1)
            {
                await session.AcceptAsync();
                session.Abort();
                return;
            }

            await ServerSession.AnswerAll(session);
        });
        var notices = 0;
        await using var link = Link(server.Address, random: null, notify: _ =>
        {
            Interlocked.Increment(ref notices);
            throw new IOException("no space left on device");
        });
        await link.ConnectAsync().Bounded();

        await Waiting.UntilAsync(
            () => Volatile.Read(ref notices) == 2,
            () => $"{notices} notices, expected that it is lost and that it is back");

        Assert.Equal(OffloadStatus.Answered, (await link.SendAsync(Cut, codec: 0, Payload).Bounded()).Status);
    }

    [Fact]
    public async Task After_the_deadline_an_image_waits_no_longer_and_its_late_answer_is_ignored()
    {
        var late = new TaskCompletionSource();
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            await session.AcceptAsync();
            var first = await session.NextAsync();
            await late.Task;
            await session.AnswerAsync(first!.Id, classIndex: 5);
            var second = await session.NextAsync();
            await session.AnswerAsync(second!.Id, classIndex: 6);
            await session.NextAsync();
        });
        await using var link = await ConnectedAsync(server);
        var sending = link.SendAsync(Cut, codec: 0, Payload);
        await server.NextFrameAsync();
        _time.Advance(Deadline - TimeSpan.FromTicks(1));
        Assert.False(sending.IsCompleted);

        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(new OffloadReply(OffloadStatus.Late, default, Sent: true), await sending.Bounded());
        late.SetResult();
        Assert.Equal(6, (await link.SendAsync(Cut, codec: 0, Payload).Bounded()).Answer.Class);
    }

    [Fact]
    public async Task Nothing_is_sent_while_more_work_waits_than_the_deadline_allows()
    {
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            await session.AcceptAsync();
            await session.AnswerBusyAsync((await session.NextAsync())!.Id, 2 * Deadline);
            await session.AnswerAsync((await session.NextAsync())!.Id);
            await session.NextAsync();
        });
        await using var link = await ConnectedAsync(server);
        Assert.Equal(OffloadStatus.Answered, (await link.SendAsync(Cut, codec: 0, Payload).Bounded()).Status);

        _time.Advance(Deadline);
        Assert.Equal(new OffloadReply(OffloadStatus.Busy, default, Sent: false), await link.SendAsync(Cut, codec: 0, Payload).Bounded());

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(OffloadStatus.Answered, (await link.SendAsync(Cut, codec: 0, Payload).Bounded()).Status);
    }

    [Theory]
    [InlineData(Failure.Types.Kind.ResourceExhausted)]
    [InlineData(Failure.Types.Kind.DeadlineExceeded)]
    [InlineData(Failure.Types.Kind.Internal)]
    [InlineData(Failure.Types.Kind.BadFrame)]
    public async Task A_failure_ends_one_image_and_not_the_stream(Failure.Types.Kind kind)
    {
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            await session.AcceptAsync();
            await session.FailAsync((await session.NextAsync())!.Id, kind);
            await session.AnswerAsync((await session.NextAsync())!.Id);
            await session.NextAsync();
        });
        await using var link = await ConnectedAsync(server);

        Assert.Equal(OffloadStatus.Refused, (await link.SendAsync(Cut, codec: 0, Payload).Bounded()).Status);
        Assert.Equal(OffloadStatus.Answered, (await link.SendAsync(Cut, codec: 0, Payload).Bounded()).Status);
        Assert.Equal(1, server.Streams);
    }

    [Fact]
    public async Task When_the_stream_breaks_everybody_is_told_at_once_and_the_link_comes_back()
    {
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            if (session.Number > 1)
            {
                await ServerSession.AnswerAll(session);
                return;
            }

            await session.AcceptAsync();
            await session.NextAsync();
            await session.NextAsync();
            session.Abort();
        });
        await using var link = await ConnectedAsync(server);

        // Time stands still: neither the deadline nor a pause between attempts helps here.
        var replies = await Task.WhenAll(link.SendAsync(Cut, codec: 0, Payload), link.SendAsync(Cut, codec: 0, Payload)).Bounded();

        Assert.All(replies, reply => Assert.Equal(OffloadStatus.Lost, reply.Status));
        await _back.Task.Bounded();
        Assert.Equal(OffloadStatus.Answered, (await link.SendAsync(Cut, codec: 0, Payload).Bounded()).Status);
        Assert.Equal(1, link.Reconnects);
    }

    [Fact]
    public async Task An_attempt_to_come_back_waits_for_the_clock()
    {
        var time = new SignallingTime();
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            await session.AcceptAsync();
            if (session.Number == 1)
            {
                session.Abort();
            }

            await session.NextAsync();
        });
        await using var link = Link(server.Address, time, new Random(4));
        await link.ConnectAsync().Bounded();

        var pause = await time.NextTimerAsync(due => due < Backoff.First);
        Assert.Equal((1, false), (server.Streams, link.IsUp));
        time.Advance(pause);

        await _back.Task.Bounded();
        Assert.Equal(2, server.Streams);
    }

    [Fact]
    public async Task A_server_that_never_says_Ready_does_not_hold_up_the_start()
    {
        var time = new SignallingTime();
        await using var server = await ScriptedServer.StartAsync(session => session.UntilGoneAsync());
        await using var link = Link(server.Address, time);

        var connecting = link.ConnectAsync();
        time.Advance(await time.NextTimerAsync(due => due == ReadyTimeout));

        Assert.False(await connecting.Bounded());
        Assert.Equal(OffloadStatus.Down, (await link.SendAsync(Cut, codec: 0, Payload).Bounded()).Status);
    }

    [Fact]
    public async Task Leaving_ends_the_stream_in_good_order()
    {
        var ended = new TaskCompletionSource<ReceivedFrame?>();
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            await session.AcceptAsync();
            ended.SetResult(await session.NextAsync()); // A call that is cut throws here.
        });
        var link = await ConnectedAsync(server);

        await link.DisposeAsync().AsTask().Bounded();

        Assert.Null(await ended.Task.Bounded());
        Assert.False(link.IsUp);
    }

    private static async Task<string> NextBytesAsync(ScriptedServer server) =>
        Convert.ToHexString((await server.NextFrameAsync()).Raw.ToByteArray());

    private async Task<ServerLink> ConnectedAsync(ScriptedServer server)
    {
        var link = Link(server.Address);
        Assert.True(await link.ConnectAsync().Bounded());
        return link;
    }

    private ServerLink Link(Uri address, TimeProvider? time = null, Random? random = null, Action<LinkNotice>? notify = null) =>
        new(model.Bundle, model.NeverSure.Codecs, model.NeverSure.Policy, new ServerLinkOptions
        {
            Server = address,
            Deadline = Deadline,
            ReadyTimeout = ReadyTimeout,
            Time = time ?? _time,
            Random = random ?? new NoJitter(),
            Notify = notify ?? (notice =>
            {
                if (notice.Up)
                {
                    _back.TrySetResult();
                }
            }),
        });
}
