using System.Collections.Concurrent;
using Grpc.Core;
using Ptee.Edge.Offload;
using Ptee.Shared;
using Ptee.Shared.Wire;

namespace Ptee.Tests.Edge.Offload;

/// <summary>A server that does not do what the protocol says costs the device its help, and nothing else.</summary>
public sealed class LyingServerTests(EdgeModel model) : IClassFixture<EdgeModel>
{
    private const int Cut = 1;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private readonly SignallingTime _time = new();
    private readonly ConcurrentQueue<LinkNotice> _notices = [];

    [Theory]
    [InlineData(50, 4)]
    [InlineData(6, 40)] // Many fall due together: that is not silence.
    public async Task A_server_that_answers_every_other_image_goes_on_getting_all_of_them(int rounds, int together)
    {
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            await session.AcceptAsync(framesInFlight: (uint)together);
            while (await session.NextAsync() is { } frame)
            {
                if (frame.Id % 2 == 0)
                {
                    await session.AnswerAsync(frame.Id);
                }
            }
        });
        await using var link = await ConnectedAsync(server, new NoJitter());

        for (var round = 0; round < rounds; round++)
        {
            var sending = Send(link, together);
            await Task.WhenAll(sending.Where((_, i) => i % 2 == 0)).Bounded(); // Each needs a place, and half of them are never answered.
            _time.Advance(Deadline);
            Assert.Equal(
                Enumerable.Range(0, together).Select(i => i % 2 == 0),
                (await Task.WhenAll(sending).Bounded()).Select(reply => reply.Status == OffloadStatus.Answered));
        }

        Assert.InRange(server.Streams, 2, 10); // What is owed was left behind with its stream, several times.
        // Many answers in a row, between those that are missing, begin the count anew.
        Assert.InRange(_notices.Count, 1, rounds);
        Assert.All(_notices, notice => Assert.Contains("because no answer came within 2000 ms", notice.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_never_answers_is_left_alone_until_it_is_tried_again()
    {
        await using var server = await ScriptedServer.StartAsync(session =>
            session.Number == 1 ? ServerSession.NeverAnswer(session) : ServerSession.AnswerAll(session));
        await using var link = await ConnectedAsync(server, new Random(4));
        var sending = Send(link, StreamCredits.SilentAfter);
        for (var i = 0; i < StreamCredits.SilentAfter; i++)
        {
            await server.NextFrameAsync();
        }

        _time.Advance(Deadline);

        Assert.All(await Task.WhenAll(sending).Bounded(), reply => Assert.Equal(OffloadStatus.Late, reply.Status));
        var pause = await _time.NextTimerAsync(due => due < Backoff.First);
        Assert.Equal(OffloadStatus.Down, (await link.SendAsync(Cut, codec: 0, new byte[3]).Bounded()).Status);
        Assert.Contains(_notices, notice => !notice.Up && notice.Text.Contains("answered none of them in time", StringComparison.Ordinal));

        _time.Advance(pause);
        await Waiting.UntilAsync(() => link.IsUp, () => "the link stays down");
        Assert.DoesNotContain(_notices, notice => notice.Text.EndsWith("connected", StringComparison.Ordinal)); // Not proved yet.
        Assert.Equal(OffloadStatus.Answered, (await link.SendAsync(Cut, codec: 0, new byte[3]).Bounded()).Status);
        Assert.Contains(_notices, notice => notice.Text.EndsWith("connected", StringComparison.Ordinal));
    }

    [Fact]
    public async Task However_much_work_a_server_says_it_has_it_is_asked_again_soon()
    {
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            await session.AcceptAsync();
            while (await session.NextAsync() is { } frame)
            {
                await session.AnswerBusyAsync(frame.Id, TimeSpan.FromMilliseconds(uint.MaxValue));
            }
        });
        await using var link = await ConnectedAsync(server, new NoJitter());

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(OffloadStatus.Answered, (await link.SendAsync(Cut, codec: 0, new byte[3]).Bounded()).Status);
            Assert.Equal(OffloadStatus.Busy, (await link.SendAsync(Cut, codec: 0, new byte[3]).Bounded()).Status);
            Assert.False(link.IsUp);
            _time.Advance(WorkAhead.LongestPause);
            Assert.Equal(OffloadStatus.Busy, (await link.SendAsync(Cut, codec: 0, new byte[3]).Bounded()).Status);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Contains("4294967295 ms of work", Assert.Single(_notices).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_words_of_a_server_do_nothing_to_a_terminal()
    {
        await using var server = await ScriptedServer.StartAsync(_ => throw new RpcException(
            new Status(StatusCode.PermissionDenied, "\u001b[2J\u001b]0;owned\u0007\u001b[31mdisk erased" + new string('!', 10_000))));
        await using var link = Link(server.Address, new NoJitter());

        var message = (await Assert.ThrowsAsync<PteeFormatException>(() => link.ConnectAsync().Bounded())).Message;

        Assert.Contains("disk erased", message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, char.IsControl);
        Assert.InRange(message.Length, 1, 500);
    }

    [Fact]
    public async Task Why_a_server_fails_images_is_said_in_its_words_made_printable()
    {
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            await session.AcceptAsync();
            while (await session.NextAsync() is { } frame)
            {
                await session.FailAsync(frame.Id, Failure.Types.Kind.Internal, "\u001b[2Jout of\nmemory");
            }
        });
        await using var link = await ConnectedAsync(server, new NoJitter());

        await Task.WhenAll(Send(link, DegradedShare.Window)).Bounded();

        var text = Assert.Single(_notices).Text;
        Assert.Contains("the server failed to answer: ?[2Jout of?memory", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, 3, 0.5f, 0.5f, "class 10, expected 0 to 9")]
    [InlineData(0, 4, 0.5f, 0.5f, "exit 4, expected 2 to 3")] // The backbone's own exit is 3.
    [InlineData(0, 1, 0.5f, 0.5f, "exit 1, expected 2 to 3")] // Exit 1 ran on the device.
    [InlineData(0, 3, float.NaN, 0.5f, "score NaN, expected 0 to 1")]
    [InlineData(0, 3, 1.5f, 0.5f, "score 1.5, expected 0 to 1")]
    [InlineData(0, 3, 0.5f, 5e30f, "probability 5E+30, expected 0 to 1")]
    [InlineData(0, 3, 0.5f, -0.5f, "probability -0.5, expected 0 to 1")]
    [InlineData(0, 3, 0.5f, float.NaN, "probability NaN, expected 0 to 1")]
    public async Task An_answer_that_this_model_cannot_give_is_none_and_is_named(
        int classIndex, int exit, float score, float probability, string wrong)
    {
        var answer = new Answer { ClassIndex = (uint)classIndex, Exit = (uint)exit, Score = score, Probability = probability };
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            await session.AcceptAsync();
            await session.AnswerAsync((await session.NextAsync())!.Id, answer);
            await session.AnswerAsync((await session.NextAsync())!.Id, answer);
            await session.NextAsync();
        });
        await using var link = await ConnectedAsync(server, new NoJitter());

        Assert.Equal(OffloadStatus.Nonsense, (await link.SendAsync(Cut, codec: 0, new byte[3]).Bounded()).Status);
        Assert.Equal(OffloadStatus.Nonsense, (await link.SendAsync(Cut, codec: 0, new byte[3]).Bounded()).Status);
        Assert.Contains(wrong, Assert.Single(_notices).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0ul, 0ul)]
    [InlineData(0ul, 7ul)]
    public async Task A_reply_to_no_image_frees_no_place_and_is_named(ulong first, ulong second)
    {
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            await session.AcceptAsync(framesInFlight: 1);
            await session.NextAsync();
            await session.AnswerAsync(first);
            await session.AnswerAsync(second);
            await session.NextAsync();
            await session.NextAsync();
        });
        await using var link = await ConnectedAsync(server, new NoJitter());

        Assert.Equal(OffloadStatus.Answered, (await link.SendAsync(Cut, codec: 0, new byte[3]).Bounded()).Status);
        await Waiting.UntilAsync(() => !_notices.IsEmpty, () => "nothing was said of the second answer");
        var sending = Send(link, 2);
        await server.NextFrameAsync();
        await server.NextFrameAsync();
        _time.Advance(Deadline);

        Assert.Equal([true, false], (await Task.WhenAll(sending).Bounded()).Select(reply => reply.Sent));
        Assert.Contains($"a reply to frame {second}", Assert.Single(_notices).Text, StringComparison.Ordinal);
    }

    private static Task<OffloadReply>[] Send(ServerLink link, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => link.SendAsync(Cut, codec: 0, new byte[3]))];

    private async Task<ServerLink> ConnectedAsync(ScriptedServer server, Random random)
    {
        var link = Link(server.Address, random);
        Assert.True(await link.ConnectAsync().Bounded());
        return link;
    }

    private ServerLink Link(Uri address, Random random) =>
        new(model.Bundle, model.NeverSure.Codecs, model.NeverSure.Policy, new ServerLinkOptions
        {
            Server = address,
            Deadline = Deadline,
            Time = _time,
            Random = random,
            Notify = _notices.Enqueue,
        });
}
