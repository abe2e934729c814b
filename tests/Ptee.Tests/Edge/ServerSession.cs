using System.Threading.Channels;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Ptee.Shared.Wire;

namespace Ptee.Tests.Edge;

/// <summary>One stream as a script sees it. Follows the protocol's words, not the device's code.</summary>
internal sealed class ServerSession(
    int number,
    IAsyncStreamReader<InferRequest> requests,
    IServerStreamWriter<InferReply> replies,
    ServerCallContext context,
    ChannelWriter<ReceivedFrame> frames)
{
    private ulong? _lastId;

    /// <summary>From 1.</summary>
    public int Number => number;

    public CancellationToken Gone => context.CancellationToken;

    public async Task<Hello> AcceptAsync(uint framesInFlight = 64)
    {
        var hello = await ReadHelloAsync();
        await replies.WriteAsync(new InferReply { Ready = new Ready { FramesInFlight = framesInFlight } });
        return hello;
    }

    public async Task<Hello> ReadHelloAsync()
    {
        Assert.True(await requests.MoveNext(Gone));
        return requests.Current.Hello;
    }

    /// <returns>Null when the device has ended the stream.</returns>
    public async Task<ReceivedFrame?> NextAsync()
    {
        if (!await requests.MoveNext(Gone))
        {
            return null;
        }

        var raw = requests.Current.Frame;
        _lastId = raw.HasId ? raw.Id : _lastId is { } last ? last + 1 : 0;
        var frame = new ReceivedFrame(number, _lastId.Value, raw);
        frames.TryWrite(frame);
        return frame;
    }

    public Task AnswerAsync(ulong id, int classIndex = 1, int exit = EdgeModel.FinalExit, float score = 0.5f) =>
        AnswerAsync(id, new Answer
        {
            ClassIndex = (uint)classIndex,
            Exit = (uint)exit,
            Score = score,
            Probability = 0.25f,
        });

    public Task AnswerAsync(ulong id, Answer answer) => replies.WriteAsync(new InferReply { Id = id, Answer = answer });

    public Task AnswerBusyAsync(ulong id, TimeSpan ahead) => replies.WriteAsync(new InferReply
    {
        Id = id,
        Answer = new Answer { ClassIndex = 1, Exit = EdgeModel.FinalExit, Score = 0.5f, Probability = 0.25f },
        QueuedFrames = 100,
        WorkAheadMs = (uint)ahead.TotalMilliseconds,
    });

    public Task FailAsync(ulong id, Failure.Types.Kind kind, string reason = "as scripted") =>
        replies.WriteAsync(new InferReply { Id = id, Failure = new Failure { Kind = kind, Reason = reason } });

    /// <summary>As when the process is killed: the connection is gone, without a word.</summary>
    public void Abort() => context.GetHttpContext().Features.GetRequiredFeature<IConnectionLifetimeFeature>().Abort();

    /// <summary>As a proxy does it whose limit is reached: this stream is over, the connection is not.</summary>
    public void Reset(int code = 2) => context.GetHttpContext().Features.GetRequiredFeature<IHttpResetFeature>().Reset(code);

    public Task UntilGoneAsync() => Task.Delay(Timeout.InfiniteTimeSpan, Gone);

    /// <summary>Accepts, and answers each frame with class 1 of the backbone's own exit.</summary>
    public static async Task AnswerAll(ServerSession session)
    {
        await session.AcceptAsync();
        while (await session.NextAsync() is { } frame)
        {
            await session.AnswerAsync(frame.Id);
        }
    }

    /// <summary>Accepts, reads, and never says anything again.</summary>
    public static async Task NeverAnswer(ServerSession session)
    {
        await session.AcceptAsync();
        while (await session.NextAsync() is not null)
        {
        }
    }
}
