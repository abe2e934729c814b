using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Ptee.Edge.Offload;
using Ptee.Tests.Edge.Net;

namespace Ptee.Tests.Edge.Offload;

/// <summary>A stream has its limits, in bytes and in time; no image notices when one follows the other.</summary>
public sealed class StreamChangeTests(EdgeModel model) : IClassFixture<EdgeModel>
{
    private const int Cut = 1;
    private const int PayloadBytes = 1000;
    private const int StreamBytes = 20 * PayloadBytes;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private readonly SignallingTime _time = new();
    private readonly ConcurrentQueue<LinkNotice> _notices = [];

    /// <summary>Time stands still: an image that were lost would wait for ever.</summary>
    [Fact]
    public async Task A_proxy_that_ends_long_streams_costs_no_image()
    {
        const int frames = 500, limit = StreamBytes + (StreamBytes / 2);
        var mostOnOne = 0;
        var open = 0;
        var mostOpen = 0;
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            Max(ref mostOpen, Interlocked.Increment(ref open));
            await session.AcceptAsync();
            var bytes = 0;
            while (await session.NextAsync() is { } frame)
            {
                bytes += frame.Raw.CalculateSize();
                Max(ref mostOnOne, bytes);
                if (bytes > limit)
                {
                    session.Reset();
                    return;
                }

                await session.AnswerAsync(frame.Id, classIndex: frame.Raw.Payload[0]);
            }

            Interlocked.Decrement(ref open);
        });
        await using var link = await ConnectedAsync(server);

        var sending = Enumerable.Range(0, frames).Select(i => link.SendAsync(Cut, codec: 0, Payload(i))).ToArray();

        var replies = await Task.WhenAll(sending).Bounded();
        Assert.All(replies, reply => Assert.Equal(OffloadStatus.Answered, reply.Status));
        Assert.Equal(Enumerable.Range(0, frames).Select(i => i % 10), replies.Select(reply => reply.Answer.Class));
        Assert.InRange(server.Streams, frames * PayloadBytes / limit, 2 * frames * PayloadBytes / StreamBytes);
        Assert.InRange(mostOnOne, StreamBytes, limit);
        Assert.InRange(mostOpen, 1, 3);
        Assert.Empty(_notices);
        Assert.Equal(0, link.Reconnects);
    }

    [Fact]
    public async Task Images_on_a_stream_that_is_followed_get_their_answers_on_it()
    {
        var second = new TaskCompletionSource();
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            await session.AcceptAsync();
            var frames = new List<ReceivedFrame>();
            while (await session.NextAsync() is { } frame)
            {
                frames.Add(frame);
                if (session.Number == 2)
                {
                    second.TrySetResult();
                    await session.AnswerAsync(frame.Id);
                }
            }

            await second.Task; // It has ended its sending, and the next stream is in use: only now come its answers.
            foreach (var frame in frames)
            {
                await session.AnswerAsync(frame.Id);
            }
        });
        await using var link = await ConnectedAsync(server);

        var sending = Enumerable.Range(0, 30).Select(i => link.SendAsync(Cut, codec: 0, Payload(i))).ToArray();

        Assert.All(await Task.WhenAll(sending).Bounded(), reply => Assert.Equal(OffloadStatus.Answered, reply.Status));
        Assert.Equal(2, server.Streams);
    }

    [Fact]
    public async Task A_stream_in_use_is_followed_by_another_when_it_is_old()
    {
        await using var server = await ScriptedServer.StartAsync(ServerSession.AnswerAll);
        await using var link = await ConnectedAsync(server);
        _time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1)); // No jitter: half of the largest age.
        await link.SendAsync(Cut, codec: 0, Payload(0)).Bounded();
        Assert.Equal(1, server.Streams);

        _time.Advance(TimeSpan.FromTicks(1));
        await link.SendAsync(Cut, codec: 0, Payload(0)).Bounded();

        await Waiting.UntilAsync(() => server.Streams == 2, () => $"{server.Streams} streams");
        Assert.Equal(OffloadStatus.Answered, (await link.SendAsync(Cut, codec: 0, Payload(0)).Bounded()).Status);
    }

    [Theory]
    [InlineData("ok")]
    [InlineData("stopping")]
    [InlineData("reset by nginx")]
    [InlineData("reset without error")]
    public async Task Images_on_a_stream_that_ends_in_good_order_are_sent_again_with_the_time_that_is_left(string end)
    {
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            if (session.Number == 2)
            {
                await ServerSession.AnswerAll(session);
                return;
            }

            await session.AcceptAsync();
            await session.AnswerAsync((await session.NextAsync())!.Id);
            await session.NextAsync();
            await session.NextAsync();
            _time.Advance(Deadline / 4);
            End(session, end);
        });
        await using var link = await ConnectedAsync(server);
        Assert.Equal(OffloadStatus.Answered, (await link.SendAsync(Cut, codec: 0, Payload(0)).Bounded()).Status);

        var replies = await Task.WhenAll(link.SendAsync(Cut, codec: 0, Payload(1)), link.SendAsync(Cut, codec: 0, Payload(2))).Bounded();

        Assert.All(replies, reply => Assert.Equal(OffloadStatus.Answered, reply.Status));
        var frames = await FramesAsync(server, 5);
        Assert.Equal([(1, 0ul), (1, 1ul), (1, 2ul), (2, 3ul), (2, 4ul)], frames.Select(frame => (frame.Stream, frame.Id)));
        Assert.Equal(frames[1..3].Select(frame => frame.Raw.Payload), frames[3..].Select(frame => frame.Raw.Payload));
        Assert.Equal((uint)(Deadline * 3 / 4).TotalMilliseconds, frames[3].Raw.DeadlineMs);
        Assert.Empty(_notices); // Nothing was lost.
        Assert.Equal(1, link.Reconnects);
    }

    [Fact]
    public async Task An_image_on_which_every_stream_ends_is_given_up_after_the_second()
    {
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            await session.AcceptAsync();
            while (await session.NextAsync() is { } frame)
            {
                if (frame.Raw.Payload[0] == 9)
                {
                    session.Reset();
                    return;
                }

                await session.AnswerAsync(frame.Id);
                await session.NextAsync(); // The poison.
                session.Reset();
            }
        });
        await using var link = await ConnectedAsync(server);
        await link.SendAsync(Cut, codec: 0, Payload(0)).Bounded();

        var reply = await link.SendAsync(Cut, codec: 0, Payload(9)).Bounded();

        Assert.Equal(OffloadStatus.Lost, reply.Status);
        Assert.Equal(3, (await FramesAsync(server, 3)).Length);
        Assert.Equal(0, server.FramesWaiting);
    }

    [Fact]
    public async Task A_stream_whose_successor_is_refused_is_used_on()
    {
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            if (session.Number > 1)
            {
                throw new RpcException(new Status(StatusCode.ResourceExhausted, "one stream a device"));
            }

            await ServerSession.AnswerAll(session);
        });
        await using var link = await ConnectedAsync(server, new Random(4));

        var sending = Enumerable.Range(0, 100).Select(i => link.SendAsync(Cut, codec: 0, Payload(i))).ToArray();

        Assert.All(await Task.WhenAll(sending).Bounded(), reply => Assert.Equal(OffloadStatus.Answered, reply.Status));
        Assert.Equal(2, server.Streams);
    }

    [Fact]
    public async Task A_name_whose_first_address_is_deaf_gets_its_answers_from_the_second()
    {
        await using var server = await ScriptedServer.StartAsync(ServerSession.AnswerAll);
        using var deaf = new DeafAddress(server.Address.Port);
        var link = Link(new Uri($"http://ptee-two:{server.Address.Port}"), new NoJitter(), TimeProvider.System);
        await using var _ = link;

        Assert.True(await link.ConnectAsync().Bounded());

        Assert.Equal(OffloadStatus.Answered, (await link.SendAsync(Cut, codec: 0, Payload(0)).Bounded()).Status);
    }

    private static void End(ServerSession session, string how)
    {
        switch (how)
        {
            case "stopping":
                throw new RpcException(new Status(StatusCode.Unavailable, "the server is stopping"));
            case "reset by nginx":
                session.Reset(2); // INTERNAL_ERROR: RFC 9113, 7.
                break;
            case "reset without error":
                session.Reset(0);
                break;
        }
    }

    private static async Task<ReceivedFrame[]> FramesAsync(ScriptedServer server, int count)
    {
        var frames = new ReceivedFrame[count];
        for (var i = 0; i < count; i++)
        {
            frames[i] = await server.NextFrameAsync();
        }

        return frames;
    }

    private static byte[] Payload(int number) => [.. Enumerable.Repeat((byte)(number % 10), PayloadBytes)];

    private static void Max(ref int most, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref most)) < value && Interlocked.CompareExchange(ref most, value, seen) != seen)
        {
        }
    }

    private async Task<ServerLink> ConnectedAsync(ScriptedServer server, Random? random = null)
    {
        var link = Link(server.Address, random ?? new NoJitter(), _time);
        Assert.True(await link.ConnectAsync().Bounded());
        return link;
    }

    private ServerLink Link(Uri address, Random random, TimeProvider time) =>
        new(model.Bundle, model.NeverSure.Codecs, model.NeverSure.Policy, new ServerLinkOptions
        {
            Server = address,
            Deadline = Deadline,
            LargestStreamBytes = StreamBytes,
            Time = time,
            Random = random,
            Notify = _notices.Enqueue,
            Resolve = (name, _) => Task.FromResult(
                IPAddress.TryParse(name, out var literal) ? new[] { literal } : [DeafAddress.Address, IPAddress.Loopback]),
        });
}
