using Grpc.Core;
using Ptee.Shared.Wire;

namespace Ptee.Tests.Server;

/// <summary>The device's end of a stream. Its call has a deadline, so no wait is endless.</summary>
internal sealed class InferStream(AsyncDuplexStreamingCall<InferRequest, InferReply> call) : IDisposable
{
    public Task SendAsync(Hello hello) => call.RequestStream.WriteAsync(new InferRequest { Hello = hello });

    public Task SendAsync(FeatureFrame frame) => call.RequestStream.WriteAsync(new InferRequest { Frame = frame });

    public async Task<InferReply> ReadAsync()
    {
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None), "the stream ended");
        return call.ResponseStream.Current;
    }

    public async Task<InferReply> AskAsync(FeatureFrame frame)
    {
        await SendAsync(frame);
        return await ReadAsync();
    }

    /// <summary>Replies to so many frames, by the order of their ids.</summary>
    public async Task<IReadOnlyList<InferReply>> ReadAsync(int count)
    {
        var replies = new List<InferReply>();
        while (replies.Count < count)
        {
            replies.Add(await ReadAsync());
        }

        return [.. replies.OrderBy(reply => reply.Id)];
    }

    /// <summary>
    /// Returns once everything sent before is queued: frames of a stream are taken in order, and a bad one is answered
    /// at once. The frame after it has to give its cut again.
    /// </summary>
    public async Task QueuedAsync() =>
        Assert.Equal(Failure.Types.Kind.BadFrame, (await AskAsync(new FeatureFrame { Cut = 99 })).Failure.Kind);

    /// <summary>The status that ends the stream instead of another reply.</summary>
    public async Task<Status> EndAsync() =>
        (await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None))).Status;

    public async Task CompleteAsync()
    {
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None), "another reply came");
    }

    public void Dispose() => call.Dispose();
}
