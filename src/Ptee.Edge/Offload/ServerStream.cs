using System.Threading.Channels;
using Grpc.Core;
using Ptee.Edge.Net;
using Ptee.Shared.Bundles;
using Ptee.Shared.Inference;
using Ptee.Shared.Wire;

namespace Ptee.Edge.Offload;

/// <summary>One Infer stream from Hello to its end, and the images that wait on it.</summary>
internal sealed class ServerStream(
    AsyncDuplexStreamingCall<InferRequest, InferReply> call,
    GatheringHandler gathering,
    Manifest manifest,
    TimeSpan deadline,
    TimeProvider time)
    : IDisposable
{
    // Whoever sends bounds what is in flight, at 4,096 at most; this bounds the frames that were given up while a server did not read.
    private const int FramesQueued = 8_192;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, PendingFrame> _pending = [];
    private readonly Channel<PendingFrame> _queue =
        Channel.CreateBounded<PendingFrame>(new BoundedChannelOptions(FramesQueued) { SingleReader = true });

    private ServerPlaces _places = new(ServerPlaces.Unknown);
    private ulong _nextId;
    private long _ahead; // Timestamp at which the server will have done what waited there, as it said last.

    /// <summary>Whether a reply came on it: a stream that only opens proves little.</summary>
    public bool WasUseful { get; private set; }

    /// <summary>Whether what waits at the server, all devices together, takes longer than an image here may wait.</summary>
    public bool IsBusy => time.GetElapsedTime(time.GetTimestamp(), Volatile.Read(ref _ahead)) >= deadline;

    /// <summary>Says Hello and waits for Ready.</summary>
    /// <exception cref="RpcException">The server refuses, or there is none.</exception>
    /// <exception cref="TimeoutException">Nobody answered.</exception>
    public async Task OpenAsync(Hello hello, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await WriteHelloAsync(hello, either.Token);
            if (!await call.ResponseStream.MoveNext(either.Token))
            {
                throw new RpcException(new Status(StatusCode.Unavailable, "the stream ended before Ready"));
            }

            if (call.ResponseStream.Current.OutcomeCase is not InferReply.OutcomeOneofCase.Ready and var outcome)
            {
                throw new RpcException(new Status(StatusCode.Unimplemented, $"{outcome} where Ready was due"));
            }

            _places.Dispose();
            _places = new ServerPlaces(call.ResponseStream.Current.Ready.FramesInFlight);
        }
        catch (Exception exception) when (
            late.IsCancellationRequested && !cancellationToken.IsCancellationRequested
            && exception is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            throw new TimeoutException($"no answer to Hello within {timeout.TotalSeconds} s", exception);
        }
    }

    /// <summary>Sends what <see cref="TrySend"/> takes and hands out replies until the stream ends.</summary>
    /// <exception cref="RpcException">It did not end well.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = WriteAsync(stop);
        try
        {
            while (await call.ResponseStream.MoveNext(stop.Token))
            {
                WasUseful = true;
                Complete(call.ResponseStream.Current);
            }
        }
        finally
        {
            Close();
            await stop.CancelAsync();
            await writing;
        }
    }

    /// <returns>Null when the stream takes no more.</returns>
    public Task<OffloadReply>? TrySend(int cut, int codec, ReadOnlyMemory<byte> payload)
    {
        PendingFrame frame;
        lock (_gate)
        {
            // Numbered and queued in one step, so ids run in the order of the frames.
            frame = new PendingFrame(_nextId, cut, codec, payload);
            if (!_queue.Writer.TryWrite(frame))
            {
                return null;
            }

            _pending.Add(_nextId++, frame);
        }

        frame.StartClock(time, deadline, Expire);
        return frame.Reply;
    }

    /// <summary>No more frames; the server ends the stream when it has answered the last one.</summary>
    public void Finish() => _queue.Writer.TryComplete();

    /// <summary>Everybody who still waits is told at once.</summary>
    public void Close()
    {
        PendingFrame[] waiting;
        lock (_gate)
        {
            _queue.Writer.TryComplete();
            waiting = [.. _pending.Values];
            _pending.Clear();
        }

        foreach (var frame in waiting)
        {
            frame.Complete(OffloadStatus.Lost);
        }
    }

    public void Dispose()
    {
        call.Dispose();
        _places.Dispose();
    }

    private async Task WriteHelloAsync(Hello hello, CancellationToken cancellationToken)
    {
        try
        {
            await call.RequestStream.WriteAsync(new InferRequest { Hello = hello }, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The call is over already. Its reply says why; what comes of the write is one of several exceptions.
        }
    }

    /// <summary>A request stream takes one write at a time, so this loop is the only writer.</summary>
    private async Task WriteAsync(CancellationTokenSource stop)
    {
        var fields = new FrameFields();
        var deadlineMs = (uint)Math.Max(1, deadline.TotalMilliseconds);
        try
        {
            var frame = await NextAsync(stop.Token);
            while (frame is not null)
            {
                // Taken out, with its place, not only looked at: nothing can be held back for one that is then too late to be sent, or has
                // to wait. It is sent even if it is too late when its turn comes.
                var next = NextNow();
                gathering.MoreFollows = next is not null;
                frame.MarkSent();
                _places.Sent(frame.Id);
                var message = fields.Next(frame.Id, (uint)frame.Cut, (uint)frame.Codec, deadlineMs, frame.Payload);
                if (!await TryWriteAsync(message, stop.Token))
                {
                    return;
                }

                frame = next ?? await NextAsync(stop.Token);
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception exception) when (exception is OperationCanceledException or RpcException or IOException)
        {
            // The stream has ended.
        }
        catch
        {
            await stop.CancelAsync(); // Nobody sends any more: a stream that only reads would wait for ever.
            throw;
        }
        finally
        {
            gathering.MoreFollows = false; // The next stream's Hello has nothing behind it.
        }
    }

    /// <summary>The next frame that has a place at the server.</summary>
    /// <returns>Null when no more will come.</returns>
    private async Task<PendingFrame?> NextAsync(CancellationToken cancellationToken)
    {
        while (await _queue.Reader.WaitToReadAsync(cancellationToken))
        {
            await _places.TakeAsync(cancellationToken);
            if (NextWaiting() is { } frame)
            {
                return frame;
            }

            _places.GiveBack();
        }

        return null;
    }

    /// <returns>Null when none waits, or none has a place at the server yet.</returns>
    private PendingFrame? NextNow()
    {
        if (!_places.TryTake())
        {
            return null;
        }

        var next = NextWaiting();
        if (next is null)
        {
            _places.GiveBack();
        }

        return next;
    }

    /// <returns>Null when none waits; one that was too late while it waited is passed over.</returns>
    private PendingFrame? NextWaiting()
    {
        while (_queue.Reader.TryRead(out var frame))
        {
            if (!frame.Reply.IsCompleted)
            {
                return frame;
            }
        }

        return null;
    }

    /// <returns>False when the call is over; the reading side has the status.</returns>
    private async Task<bool> TryWriteAsync(FeatureFrame frame, CancellationToken cancellationToken)
    {
        try
        {
            await call.RequestStream.WriteAsync(new InferRequest { Frame = frame }, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // RpcException, InvalidOperationException, HttpIOException: Grpc.Net.Client lets all of them through.
            return false;
        }
    }

    private void Complete(InferReply reply)
    {
        // A frame that was refused for itself says nothing of what waits.
        if (reply.Answer is not null || reply.Failure?.Kind == Failure.Types.Kind.ResourceExhausted)
        {
            Volatile.Write(ref _ahead, time.GetTimestamp() + (long)(reply.WorkAheadMs / 1e3 * time.TimestampFrequency));
        }

        _places.Answered(reply.Id);

        // An unknown id is a late answer: its image has been answered already.
        if (Remove(reply.Id) is not { } frame)
        {
            return;
        }

        var answer = reply.Answer;
        if (answer is not null && IsPossible(answer, frame.Cut))
        {
            frame.Complete(
                OffloadStatus.Answered,
                new ExitAnswer((int)answer.Exit, (int)answer.ClassIndex, answer.Score, answer.Probability));
        }
        else
        {
            frame.Complete(OffloadStatus.Refused);
        }
    }

    /// <summary>Whether this model could have said it: nothing from outside is used as an index unchecked.</summary>
    private bool IsPossible(Answer answer, int cut) =>
        answer.ClassIndex < manifest.Labels.Length
        && answer.Exit > cut && answer.Exit <= manifest.Exits.Length
        && float.IsFinite(answer.Score) && float.IsFinite(answer.Probability);

    private void Expire(PendingFrame frame)
    {
        Remove(frame.Id);
        frame.Complete(OffloadStatus.Late);
    }

    private PendingFrame? Remove(ulong id)
    {
        lock (_gate)
        {
            return _pending.Remove(id, out var frame) ? frame : null;
        }
    }
}
