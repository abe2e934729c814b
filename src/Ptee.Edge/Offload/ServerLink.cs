using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Ptee.Edge.Classification;
using Ptee.Edge.Net;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Wire;

namespace Ptee.Edge.Offload;

/// <summary>
/// Keeps one Infer stream to the server open, whatever the network does. While there is none, images are refused at
/// once and the link tries again by itself, with growing random pauses.
/// </summary>
public sealed class ServerLink : IOffload, IAsyncDisposable
{
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(1);

    private readonly Bundle _bundle;
    private readonly ServerLinkOptions _options;
    private readonly string _name;
    private readonly PeerGreeting _greeting = new();
    private readonly GatheringHandler _gathering = new();
    private readonly Hello _hello;
    private readonly GrpcChannel _channel;
    private readonly SplitInference.SplitInferenceClient _client;
    private readonly Backoff _backoff;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<bool> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ServerStream? _stream;
    private volatile bool _leaving;
    private Task _running = Task.CompletedTask;
    private bool _wasUp;
    private bool _saidDown;
    private bool _saidConfiguration;
    private int _reconnects;

    public ServerLink(Bundle bundle, SplitPlan plan, ServerLinkOptions options)
    {
        (_bundle, _options) = (bundle, options);
        _name = options.Server.GetLeftPart(UriPartial.Authority);
        _hello = new Hello
        {
            BundleId = ByteString.CopyFrom(Convert.FromHexString(bundle.Id)),
            Codecs = { plan.Codecs },
            Gate = plan.Policy.Gate,
            Thresholds = { plan.Policy.Thresholds },
        };
        _channel = EdgeChannel.Create(options.Server, options.Ledger, _greeting, _gathering);
        _client = new SplitInference.SplitInferenceClient(_channel);
        _backoff = new Backoff(options.Random);
    }

    public bool IsUp => _stream is { IsBusy: false };

    /// <summary>Times that the stream was opened again after it had been lost.</summary>
    public int Reconnects => Volatile.Read(ref _reconnects);

    private bool IsForeign => _options.Server.Scheme == Uri.UriSchemeHttp && _greeting.IsForeign;

    /// <summary>Starts the link; to be called once. Returns after the first attempt; more go on behind.</summary>
    /// <returns>Whether the server is ready. One that cannot be reached now may be there later.</returns>
    /// <exception cref="PteeFormatException">What answers is no Ptee server, or runs another bundle.</exception>
    public Task<bool> ConnectAsync(CancellationToken cancellationToken = default)
    {
        _running = Task.Run(() => KeepConnectedAsync(_stop.Token), cancellationToken);
        return _first.Task.WaitAsync(cancellationToken);
    }

    public Task<OffloadReply> SendAsync(
        int cut, int codec, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default) =>
        _stream is not { } stream ? NotSent(OffloadStatus.Down)
        : stream.IsBusy ? NotSent(OffloadStatus.Busy)
        : stream.TrySend(cut, codec, payload)?.WaitAsync(cancellationToken) ?? NotSent(OffloadStatus.Down);

    private static Task<OffloadReply> NotSent(OffloadStatus status) =>
        Task.FromResult(new OffloadReply(status, default, Sent: false));

    /// <summary>Ends the stream in good order where there is one.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_leaving)
        {
            return;
        }

        _leaving = true;
        if (_stream is { } stream)
        {
            stream.Finish();
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
            _channel.Dispose();
            _stop.Dispose();
        }
    }

    private async Task KeepConnectedAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var fault = await UseOneStreamAsync(stop);
                if (_leaving)
                {
                    return;
                }

                if (fault.IsConfiguration && !_first.Task.IsCompleted)
                {
                    throw new PteeFormatException(await ExplainAsync(fault, stop));
                }

                SayDown(fault.IsConfiguration ? await ExplainAsync(fault, stop) : fault.Message, fault.IsConfiguration);
                _first.TrySetResult(false);
                await Task.Delay(_backoff.Next(), _options.Time, stop);
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
            _first.TrySetCanceled(CancellationToken.None);
        }
    }

    /// <returns>Why it ended.</returns>
    private async Task<LinkFault> UseOneStreamAsync(CancellationToken stop)
    {
        using var stream = new ServerStream(
            _client.Infer(cancellationToken: stop), _gathering, _bundle.Manifest, _options.Deadline, _options.Time);
        try
        {
            await stream.OpenAsync(_hello, _options.ReadyTimeout, stop);
            SayUp(stream);
            await stream.RunAsync(stop);
            return LinkFault.Passing(StatusCode.OK, "the server ended the stream");
        }
        catch (RpcException exception)
        {
            return LinkFault.Of(exception, IsForeign);
        }
        catch (TimeoutException exception)
        {
            return LinkFault.Passing(StatusCode.DeadlineExceeded, exception.Message);
        }
        catch (IOException exception)
        {
            return LinkFault.Passing(StatusCode.Unavailable, exception.Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return LinkFault.Passing(StatusCode.Cancelled, "the call was cancelled");
        }
        finally
        {
            _stream = null;
            stream.Close();
            if (stream.WasUseful)
            {
                _backoff.Reset();
            }
        }
    }

    private void SayUp(ServerStream stream)
    {
        _stream = stream;
        if (_wasUp)
        {
            Interlocked.Increment(ref _reconnects);
        }

        _wasUp = true;
        _first.TrySetResult(true);
        if (_saidDown)
        {
            (_saidDown, _saidConfiguration) = (false, false);
            Say(new LinkNotice(Up: true, $"{_name}: connected"));
        }
    }

    /// <summary>Once a gap; a fault that waiting does not mend is said even when another was said before.</summary>
    private void SayDown(string message, bool isConfiguration)
    {
        if (!_saidDown || (isConfiguration && !_saidConfiguration))
        {
            _saidDown = true;
            _saidConfiguration = isConfiguration;
            Say(new LinkNotice(
                Up: false, $"{(message.StartsWith(_name, StringComparison.Ordinal) ? message : $"{_name}: {message}")}; answering on the device and trying again"));
        }
    }

    private void Say(LinkNotice notice)
    {
        try
        {
            _options.Notify(notice);
        }
        catch (IOException)
        {
            // Where notices go is full or gone; the link is not.
        }
    }

    /// <summary>A refusal for the person who can act on it. Another bundle is by far the likeliest.</summary>
    private async Task<string> ExplainAsync(LinkFault fault, CancellationToken stop)
    {
        var theirs = fault.Status == StatusCode.FailedPrecondition ? await DescribedIdAsync(stop) : null;
        return theirs is not null && theirs != _bundle.Id
            ? $"{_name}: runs bundle {theirs}, expected {_bundle.Id} ({_bundle.Source})"
            : $"{_name}: {fault.Message} (this device's bundle: {_bundle.Id})";
    }

    /// <returns>The server's bundle id, or null where it does not say.</returns>
    private async Task<string?> DescribedIdAsync(CancellationToken stop)
    {
        using var late = new CancellationTokenSource(_options.ReadyTimeout, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        try
        {
            var reply = await _client.DescribeAsync(new DescribeRequest(), cancellationToken: either.Token);
            return reply.BundleId.IsEmpty ? null : Convert.ToHexStringLower(reply.BundleId.Span);
        }
        catch (Exception exception) when (exception is RpcException or OperationCanceledException)
        {
            return null;
        }
    }
}
