using Google.Protobuf;
using Grpc.Core;
using Ptee.Edge.Net;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Wire;

namespace Ptee.Edge.Offload;

/// <summary>
/// Keeps one Infer stream to the server open, whatever the network does. A stream is replaced before it must end, and the images on
/// it change to the next one where it ends in good order. While there is none, images are refused at once and the link tries again
/// by itself, with growing random pauses.
/// </summary>
public sealed class ServerLink : IOffload, IAsyncDisposable
{
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(1);

    /// <summary>A stream that lasted so long, or brought an answer, is followed by the next without a pause.</summary>
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(10);

    private readonly ServerLinkOptions _options;
    private readonly string _name;
    private readonly ServerConnection _connection;
    private readonly Outbox _outbox;
    private readonly WorkAhead _ahead;
    private readonly LinkVoice _voice;
    private readonly StreamOpener _streams;
    private readonly FaultExplainer _explainer;
    private readonly Backoff _backoff;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<bool> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _leaving;
    private Task _running = Task.CompletedTask;
    private Task _draining = Task.CompletedTask; // The stream before this one, until its last answers have come.
    private bool _wasUp;
    private int _reconnects;

    /// <param name="codecs">Names; those who send name one by its index.</param>
    /// <param name="policy">For the server's exits.</param>
    public ServerLink(Bundle bundle, IReadOnlyList<string> codecs, ExitPolicy policy, ServerLinkOptions options)
    {
        _options = options;
        _name = options.Server.GetLeftPart(UriPartial.Authority);
        var hello = new Hello
        {
            BundleId = ByteString.CopyFrom(Convert.FromHexString(bundle.Id)),
            Codecs = { codecs },
            Gate = policy.Gate,
            Thresholds = { policy.Thresholds },
        };
        _connection = new ServerConnection(options.Server, options.Ledger, new StaggeredConnector(options.Resolve, options.Time));
        _outbox = new Outbox(options.Time, options.Deadline);
        _ahead = new WorkAhead(options.Time, options.Deadline);
        _voice = new LinkVoice(_name, options.Deadline, options.Notify);
        _streams = new StreamOpener(_connection, hello, _outbox, new ReplyReader(bundle.Manifest, _ahead, _voice), options);
        _explainer = new FaultExplainer(_connection, bundle, options);
        _backoff = new Backoff(options.Random);
    }

    public bool IsUp => _outbox.IsOpen && !_ahead.IsBusy;

    /// <summary>Times that the stream was opened again after it had been lost.</summary>
    public int Reconnects => Volatile.Read(ref _reconnects);

    /// <summary>Starts the link; to be called once. Returns after the first attempt; more go on behind.</summary>
    /// <returns>Whether the server is ready. One that cannot be reached now may be there later.</returns>
    /// <exception cref="PteeFormatException">What answers is no Ptee server, or runs another bundle.</exception>
    public Task<bool> ConnectAsync(CancellationToken cancellationToken = default)
    {
        _running = Task.Run(() => KeepConnectedAsync(_stop.Token), cancellationToken);
        return _first.Task.WaitAsync(cancellationToken);
    }

    public async Task<OffloadReply> SendAsync(
        int cut, int codec, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        var isBusy = _outbox.IsOpen && _ahead.IsBusy;
        if (isBusy || _outbox.TrySend(cut, codec, payload) is not { } sending)
        {
            return new OffloadReply(isBusy ? OffloadStatus.Busy : OffloadStatus.Down, default, Sent: false);
        }

        var reply = await sending.WaitAsync(cancellationToken);
        _voice.Ended(reply.Status);
        return reply;
    }

    /// <summary>Ends the stream in good order where there is one.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_leaving)
        {
            return;
        }

        _leaving = true;
        _outbox.Finish();
        if (_outbox.IsOpen)
        {
            // The real clock on purpose: a server that does not hang up must not keep us, even in a test.
            await Task.WhenAny(_running, Task.Delay(FarewellTimeout));
        }

        await _stop.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
            // It was never started.
        }
        finally
        {
            _connection.Dispose();
            _outbox.Dispose();
            _stop.Dispose();
        }
    }

    private async Task KeepConnectedAsync(CancellationToken stop)
    {
        try
        {
            while (!_leaving)
            {
                var fault = await UseOnceAsync(stop);
                if (!_leaving && fault.Kind != LinkFaultKind.StreamEnded)
                {
                    await RecoverAsync(fault, stop);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The link is being disposed of.
        }
        catch (Exception exception) when (!_first.Task.IsCompleted)
        {
            _first.TrySetException(exception);
        }
        finally
        {
            _outbox.Close();
            await _draining;
            _first.TrySetCanceled(CancellationToken.None);
        }
    }

    /// <summary>Everybody who waits is told, a person too; then a pause.</summary>
    /// <exception cref="PteeFormatException">A fault of the first connection that waiting does not mend.</exception>
    private async Task RecoverAsync(LinkFault fault, CancellationToken stop)
    {
        _outbox.Close();
        var message = fault.IsConfiguration ? await _explainer.ExplainAsync(fault, stop) : fault.Message;
        if (fault.IsConfiguration && !_first.Task.IsCompleted)
        {
            throw new PteeFormatException($"{_name}: {message}");
        }

        _voice.Down(message, fault.Kind);
        _first.TrySetResult(false);
        await Task.Delay(_backoff.Next(), _options.Time, stop);
    }

    /// <summary>One stream and all that take over from it.</summary>
    /// <returns>Why the last one ended; that it is only the stream, where the next may be opened at once.</returns>
    private async Task<LinkFault> UseOnceAsync(CancellationToken stop)
    {
        var (stream, fault) = await _streams.OpenAsync(stop);
        if (stream is null)
        {
            return _first.Task.IsCompleted ? fault : await _streams.LookCloserAsync(fault, stop);
        }

        SayUp();
        while (true)
        {
            var running = _streams.RunAsync(stream);
            if (await SuccessorAsync(stream, running, stop) is not { } next)
            {
                return await EndAsync(stream, running);
            }

            stream.Retire();
            _draining = DrainAsync(stream, running, stop);
            stream = next;
        }
    }

    private void SayUp()
    {
        _ahead.Forget();
        _outbox.Open();
        if (_wasUp)
        {
            Interlocked.Increment(ref _reconnects);
        }

        _wasUp = true;
        _first.TrySetResult(true);
        _voice.Up();
    }

    /// <summary>Waits until the stream should be replaced, and opens another one beside it.</summary>
    /// <returns>Null when it has ended before.</returns>
    private async Task<ServerStream?> SuccessorAsync(ServerStream stream, Task running, CancellationToken stop)
    {
        var pauses = new Backoff(_options.Random);
        await Task.WhenAny(running, stream.Due);
        await Task.WhenAny(running, _draining); // Never more than two, and one that opens.
        while (!running.IsCompleted)
        {
            if ((await _streams.OpenAsync(stop)).Stream is { } next)
            {
                return next;
            }

            stream.GoOn();
            await Task.WhenAny(running, Task.Delay(pauses.Next(), _options.Time, stop));
        }

        return null;
    }

    /// <summary>The stream before this one: its answers still count until the last of its images has no more time.</summary>
    private async Task DrainAsync(ServerStream stream, Task<LinkFault> running, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny(running, Task.Delay(_options.Deadline, _options.Time, ended.Token));
        await ended.CancelAsync();
        stream.Stop();
        await EndAsync(stream, running, isRetired: true);
    }

    /// <summary>Images that a stream leaves unanswered go out again where it ended in good order, and are told else.</summary>
    private async Task<LinkFault> EndAsync(ServerStream stream, Task<LinkFault> running, bool isRetired = false)
    {
        var fault = await running;
        if (fault.Kind == LinkFaultKind.StreamEnded && !stream.WasUseful && stream.Age < Lasting)
        {
            fault = fault with { Kind = LinkFaultKind.Passing };
        }

        // A server that was told that no more will come, and says that it is done, has no answers left: not to what it owes either.
        var isDone = isRetired && fault.Status == StatusCode.OK;
        var owed = stream.TakeOwed().ToLookup(frame => fault.Kind == LinkFaultKind.StreamEnded && !isDone && frame.MaySendAgain);
        _outbox.PutBack(owed[true]);
        foreach (var frame in owed[false])
        {
            frame.Complete(OffloadStatus.Lost);
        }

        if (stream.WasUseful)
        {
            _backoff.Reset();
        }

        stream.Dispose();
        return fault;
    }
}
