using Grpc.Core;
using Grpc.Net.Client;
using Ptee.Edge.Net;
using Ptee.Shared.Wire;

namespace Ptee.Edge.Offload;

/// <summary>One Infer stream from Hello to its end. Disposed of once it has ended, and not before.</summary>
internal sealed class ServerStream : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly GatheringHandler _gathering;
    private readonly AsyncDuplexStreamingCall<InferRequest, InferReply> _call;
    private readonly Outbox _outbox;
    private readonly ReplyReader _replies;
    private readonly StreamLife _life;
    private readonly FrameFields _fields;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _retired = new();
    private readonly CancellationTokenSource _stop;
    private StreamCredits _credits;
    private readonly TaskCompletionSource _silence = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="stop">Ends it at once.</param>
    public ServerStream(
        ServerConnection connection, Outbox outbox, ReplyReader replies, StreamLife life, FrameFields fields, TimeProvider time, CancellationToken stop)
    {
        (_outbox, _replies, _life, _fields, _time) = (outbox, replies, life, fields, time);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        (_channel, _gathering) = connection.Open();
        _call = new SplitInference.SplitInferenceClient(_channel).Infer(cancellationToken: _stop.Token);
        _credits = new StreamCredits(StreamCredits.Unknown, life.AskToReplace, () => _silence.TrySetResult());
    }

    /// <summary>Whether a reply came on it that could be one: a stream that only opens proves little.</summary>
    public bool WasUseful { get; private set; }

    /// <summary>Since it was begun.</summary>
    public TimeSpan Age => _life.Age;

    /// <summary>Done once it should be replaced.</summary>
    public Task Due => _life.Due;

    /// <summary>Says Hello and waits for Ready.</summary>
    /// <exception cref="RpcException">The server refuses, or there is none.</exception>
    /// <exception cref="TimeoutException">Nobody answered.</exception>
    public async Task OpenAsync(Hello hello, TimeSpan timeout)
    {
        using var late = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _stop.Token);
        try
        {
            await WriteHelloAsync(new InferRequest { Hello = hello }, either.Token);
            if (!await _call.ResponseStream.MoveNext(either.Token))
            {
                throw new RpcException(new Status(StatusCode.Unavailable, "the stream ended before Ready"));
            }

            if (_call.ResponseStream.Current.OutcomeCase is not InferReply.OutcomeOneofCase.Ready and var outcome)
            {
                throw new RpcException(new Status(StatusCode.Unimplemented, $"{outcome} where Ready was due"));
            }

            _credits.Dispose();
            _credits = new StreamCredits(_call.ResponseStream.Current.Ready.FramesInFlight, _life.AskToReplace, () => _silence.TrySetResult());
        }
        catch (Exception exception) when (
            late.IsCancellationRequested && !_stop.IsCancellationRequested
            && exception is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            throw new TimeoutException($"no answer to Hello within {timeout.TotalSeconds} s", exception);
        }
    }

    /// <summary>Sends what the outbox has and hands out replies until the stream ends.</summary>
    /// <exception cref="RpcException">It did not end well.</exception>
    /// <exception cref="TimeoutException">The server took frames and answered none of them.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task RunAsync()
    {
        var writing = WriteAsync();
        var reading = ReadAsync();
        if (await Task.WhenAny(reading, _silence.Task) != reading)
        {
            await _stop.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await writing;
            throw new TimeoutException($"took {StreamCredits.SilentAfter} images and answered none of them in time");
        }

        await _stop.CancelAsync();
        await writing;
        await reading;
    }

    /// <summary>Sends no more; the server ends the stream when it has answered the last frame.</summary>
    public void Retire() => _retired.Cancel();

    /// <summary>There is no successor yet.</summary>
    public void GoOn() => _life.GoOn();

    /// <summary>Nobody waits for its answers any more.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Once it has ended: the images that it leaves unanswered; the caller decides what becomes of them.</summary>
    public PendingFrame[] TakeOwed() => _credits.TakeOwed();

    public void Dispose()
    {
        _call.Dispose();
        _channel.Dispose();
        _credits.Dispose();
        _retired.Dispose();
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _call.ResponseStream.MoveNext(_stop.Token))
        {
            WasUseful |= _replies.Read(_call.ResponseStream.Current, _credits);
        }
    }

    private async Task WriteHelloAsync(InferRequest hello, CancellationToken cancellationToken)
    {
        try
        {
            await _call.RequestStream.WriteAsync(hello, cancellationToken);
            _life.Wrote(hello.CalculateSize());
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The call is over already. Its reply says why; what comes of the write is one of several exceptions.
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await new FrameWriter(_call.RequestStream, _gathering, _outbox, _credits, _life, _fields).RunAsync(_retired.Token, _stop.Token);
        }
        catch
        {
            await _stop.CancelAsync(); // Nobody sends any more: a stream that only reads would wait for ever.
            throw;
        }
    }
}
