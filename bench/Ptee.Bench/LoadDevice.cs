using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Ptee.Shared;
using Ptee.Shared.Wire;

namespace Ptee.Bench;

/// <summary>A device that only sends: one connection, one stream, frames that are ready.</summary>
internal sealed class LoadDevice : IAsyncDisposable
{
    private readonly Workload _workload;
    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<InferRequest, InferReply> _call;
    private readonly List<double> _milliseconds = [];
    private readonly Dictionary<ulong, long> _sent = [];
    private ulong _nextId; // As the server counts: from 0.
    private int _next;

    private LoadDevice(string address, Workload workload, int first)
    {
        (_workload, _next) = (workload, first);
        _channel = GrpcChannel.ForAddress(address);
        _call = new SplitInference.SplitInferenceClient(_channel).Infer();
    }

    /// <summary>From being due to the reply, of each frame that was answered.</summary>
    public IReadOnlyList<double> Milliseconds => _milliseconds;

    /// <param name="first">Where in the workload it begins.</param>
    public static async Task<LoadDevice> OpenAsync(string address, Workload workload, int first)
    {
        var device = new LoadDevice(address, workload, first);
        await device._call.RequestStream.WriteAsync(new InferRequest { Hello = workload.Hello });
        return await device._call.ResponseStream.MoveNext() && device._call.ResponseStream.Current.Ready is not null
            ? device
            : throw new PteeFormatException($"{address}: not ready");
    }

    /// <summary>As many frames as that are unanswered at any time, until it is stopped.</summary>
    public async Task SaturateAsync(int inFlight, CancellationToken stop)
    {
        for (var i = 0; i < inFlight; i++)
        {
            await SendAsync(Stopwatch.GetTimestamp());
        }

        while (!stop.IsCancellationRequested)
        {
            await ReceiveAsync();
            await SendAsync(Stopwatch.GetTimestamp());
        }

        while (_sent.Count > 0)
        {
            await ReceiveAsync();
        }
    }

    /// <summary>Frames at random times that do not wait for replies.</summary>
    /// <param name="rate">A second, on average.</param>
    public async Task PoissonAsync(double rate, int frames, Random random)
    {
        var receiving = Task.Run(async () =>
        {
            for (var i = 0; i < frames; i++)
            {
                await ReceiveAsync();
            }
        });
        var due = Stopwatch.GetTimestamp();
        for (var i = 0; i < frames; i++)
        {
            due += (long)(-Math.Log(1 - random.NextDouble()) / rate * Stopwatch.Frequency);
            var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait);
            }

            await SendAsync(due); // What the device itself was late counts as waiting too.
        }

        await receiving;
    }

    public async ValueTask DisposeAsync()
    {
        await _call.RequestStream.CompleteAsync();
        _call.Dispose();
        _channel.Dispose();
    }

    private async Task SendAsync(long due)
    {
        lock (_sent)
        {
            _sent.Add(_nextId++, due);
        }

        var frame = new FeatureFrame { Payload = _workload.Payloads[_next++ % _workload.Payloads.Length], Cut = (uint)_workload.Cut };
        await _call.RequestStream.WriteAsync(new InferRequest { Frame = frame });
    }

    private async Task ReceiveAsync()
    {
        if (!await _call.ResponseStream.MoveNext())
        {
            throw new PteeFormatException("the server ended the stream");
        }

        if (_call.ResponseStream.Current.Answer is null)
        {
            throw new PteeFormatException($"the server said {_call.ResponseStream.Current}");
        }

        lock (_sent)
        {
            // Replies overtake each other: frames that leave at a later exit take longer.
            _sent.Remove(_call.ResponseStream.Current.Id, out var due);
            _milliseconds.Add(Stopwatch.GetElapsedTime(due).TotalMilliseconds);
        }
    }
}
