using Grpc.Core;
using Ptee.Server.Hosting;
using Ptee.Server.Scheduling;
using Ptee.Shared;
using Ptee.Shared.Wire;

namespace Ptee.Server.Services;

/// <summary>One stream from Hello to its end: reads frames, hands them on, writes replies as they come.</summary>
/// <param name="stopping">Cancelled when the server stops: nothing more is read, what was read is answered.</param>
internal sealed class StreamSession(
    HelloDesk hellos, FrameIntake intake, ReplySink replies, ServerOptions options, TimeProvider time, CancellationToken stopping)
    : IDisposable
{
    private static readonly WriteOptions Buffered = new(WriteFlags.BufferHint);

    // A place is taken before a frame is read and given back when its reply is written, so neither many frames nor a
    // caller that does not read its replies fill memory.
    private readonly SemaphoreSlim _places = new(options.FramesInFlight);

    // Fires when the caller has sent nothing for too long: first no Hello, then no frame.
    private readonly CancellationTokenSource _quiet = new(options.HelloLimit, time);
    private bool _agreed;

    public async Task RunAsync(
        IAsyncStreamReader<InferRequest> requests, IServerStreamWriter<InferReply> responses, CancellationToken caller)
    {
        using var session = CancellationTokenSource.CreateLinkedTokenSource(caller, _quiet.Token);
        using var unread = CancellationTokenSource.CreateLinkedTokenSource(caller);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(session.Token, stopping);
        try
        {
            var agreement = await AgreeAsync(requests, responses, reading.Token);
            var writing = WriteAsync(responses, session, unread.Token);
            try
            {
                await ReadAsync(agreement, requests, session.Token, reading.Token);
            }
            finally
            {
                // Frames that still wait are dropped when their turn comes; replies that are there still go out.
                await session.CancelAsync();
                replies.Complete();
                await EndAsync(writing, unread);
            }
        }
        catch (OperationCanceledException) when (IsStopping(caller))
        {
            throw Refusals.Stopping();
        }
        catch (OperationCanceledException) when (_quiet.IsCancellationRequested && !caller.IsCancellationRequested)
        {
            throw _agreed ? Refusals.Idle(options.IdleLimit) : Refusals.NoHello(options.HelloLimit);
        }
    }

    public void Dispose()
    {
        _places.Dispose();
        _quiet.Dispose();
    }

    /// <summary>Waits until what is to be written is written, but not for ever for a caller that does not read.</summary>
    private async Task EndAsync(Task writing, CancellationTokenSource unread)
    {
        using var late = new CancellationTokenSource(options.HelloLimit, time);
        using var cut = late.Token.Register(unread.Cancel);
        await writing;
    }

    private bool IsStopping(CancellationToken caller) =>
        stopping.IsCancellationRequested && !caller.IsCancellationRequested;

    private async Task<Agreement> AgreeAsync(
        IAsyncStreamReader<InferRequest> requests, IServerStreamWriter<InferReply> responses, CancellationToken reading)
    {
        var agreement = hellos.Accept(await requests.MoveNext(reading) ? requests.Current.Hello : null);
        var ready = new InferReply { Ready = new Ready { FramesInFlight = (uint)options.FramesInFlight } };
        await responses.WriteAsync(ready, reading);
        _agreed = true;
        _quiet.CancelAfter(options.IdleLimit);
        return agreement;
    }

    /// <summary>Until the caller has sent all or the server stops; both ways all that was read is answered.</summary>
    private async Task ReadAsync(
        Agreement agreement,
        IAsyncStreamReader<InferRequest> requests,
        CancellationToken session,
        CancellationToken reading)
    {
        try
        {
            FrameFields? before = null;
            ulong? highest = null;
            while (await NextAsync(requests, reading))
            {
                var frame = requests.Current.Frame
                    ?? throw new PteeFormatException($"expected a frame after Hello, got {requests.Current.BodyCase}");
                before = FrameFields.Of(frame, before);
                _quiet.CancelAfter(options.IdleLimit);
                if (before.Value.Id <= highest)
                {
                    replies.Fail(before.Value.Id, Failure.Types.Kind.BadFrame, $"id {before.Value.Id}, expected one above {highest}, the highest so far");
                    continue;
                }

                highest = before.Value.Id;
                intake.Take(agreement, before.Value, frame.Payload.Span, replies, session);
            }
        }
        catch (OperationCanceledException) when (IsStopping(session))
        {
            await AllAnsweredAsync(session);
            throw;
        }

        await AllAnsweredAsync(session);
    }

    private async Task<bool> NextAsync(IAsyncStreamReader<InferRequest> requests, CancellationToken reading)
    {
        await _places.WaitAsync(reading);
        var came = false;
        try
        {
            came = await requests.MoveNext(reading);
            return came;
        }
        finally
        {
            if (!came)
            {
                _places.Release();
            }
        }
    }

    private async Task AllAnsweredAsync(CancellationToken session)
    {
        for (var place = 0; place < options.FramesInFlight; place++)
        {
            await _places.WaitAsync(session);
        }
    }

    /// <summary>The only one that writes after Ready: a response stream takes one write at a time.</summary>
    private async Task WriteAsync(
        IServerStreamWriter<InferReply> responses, CancellationTokenSource session, CancellationToken caller)
    {
        try
        {
            await foreach (var reply in replies.Replies.ReadAllAsync(caller))
            {
                // Replies that are ready together leave together: the last of them sends what the others only put there.
                responses.WriteOptions = replies.Replies.TryPeek(out _) ? Buffered : null;
                await responses.WriteAsync(reply, caller);
                _places.Release();
            }
        }
        catch
        {
            // Nobody would give back places any more: reading ends too.
            await session.CancelAsync();
            throw;
        }
    }
}
