using Grpc.Core;
using Ptee.Server.Hosting;
using Ptee.Server.Scheduling;
using Ptee.Server.Services;
using Ptee.Shared.Wire;

namespace Ptee.Tests.Server;

/// <summary>Callers that read slowly or not at all.</summary>
public sealed class StreamSessionTests
{
    private const int FramesInFlight = 4;
    private static readonly ServedModel Model = new(Frames.Bundle);

    [Fact]
    public async Task A_caller_that_does_not_read_is_not_read_from()
    {
        using var caller = new CancellationTokenSource(RunningServer.Limit);
        using var session = Session();
        var requests = new EndlessRequests(Frames.Hello(), new FeatureFrame { Cut = 99 });
        using var responses = new StuckResponses();

        // All reads complete at once, so this returns when the session waits for a place.
        var running = session.RunAsync(requests, responses, caller.Token);

        Assert.Equal(1 + FramesInFlight, requests.Read);
        responses.LetOneThrough();
        await requests.ReadAsync(1 + FramesInFlight + 1).WaitAsync(RunningServer.Limit);
        Assert.Equal(1 + FramesInFlight + 1, requests.Read);

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(RunningServer.Limit));
    }

    [Fact]
    public async Task Replies_that_are_ready_together_leave_together()
    {
        using var session = Session();
        using var responses = new StuckResponses();
        var running = session.RunAsync(
            new EndlessRequests(Frames.Hello(), new FeatureFrame { Cut = 99 }, frames: FramesInFlight), responses, CancellationToken.None);

        responses.LetThrough(FramesInFlight);
        await running.WaitAsync(RunningServer.Limit);

        // Ready, the first reply, which was alone, and those that gathered meanwhile: the last of them sends the others too.
        Assert.Equal([false, false, true, true, false], responses.Buffered);
    }

    private static StreamSession Session() => new(
        new HelloDesk(Model),
        new FrameIntake(
            Model, new FrameQueue(Model.Manifest.SegmentCount, limit: 8), new FeaturePool(Model.Manifest, keep: 8), TimeProvider.System),
        new ReplySink(new LoadCounters()),
        new ServerOptions { FramesInFlight = FramesInFlight },
        TimeProvider.System,
        stopping: CancellationToken.None);

    /// <summary>A Hello, then the same frame for ever, or so many times.</summary>
    private sealed class EndlessRequests(Hello hello, FeatureFrame frame, int frames = int.MaxValue) : IAsyncStreamReader<InferRequest>
    {
        private readonly TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _read;
        private int _awaited = int.MaxValue;

        public int Read => Volatile.Read(ref _read);

        public InferRequest Current { get; private set; } = new();

        public Task ReadAsync(int count)
        {
            Volatile.Write(ref _awaited, count);
            Note();
            return _enough.Task;
        }

        public Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_read - 1 == frames)
            {
                return Task.FromResult(false);
            }

            Current = _read == 0 ? new InferRequest { Hello = hello } : new InferRequest { Frame = frame };
            Interlocked.Increment(ref _read);
            Note();
            return Task.FromResult(true);
        }

        private void Note()
        {
            if (Read >= Volatile.Read(ref _awaited))
            {
                _enough.TrySetResult();
            }
        }
    }

    /// <summary>Takes Ready; every later reply waits until it is let through.</summary>
    private sealed class StuckResponses : IServerStreamWriter<InferReply>, IDisposable
    {
        private readonly SemaphoreSlim _permits = new(1);

        public WriteOptions? WriteOptions { get; set; }

        public void Dispose() => _permits.Dispose();

        /// <summary>Of each reply, whether it may stay where it is until the next.</summary>
        public List<bool> Buffered { get; } = [];

        public void LetOneThrough() => _permits.Release();

        public void LetThrough(int replies) => _permits.Release(replies);

        public Task WriteAsync(InferReply message) => WriteAsync(message, CancellationToken.None);

        public Task WriteAsync(InferReply message, CancellationToken cancellationToken)
        {
            Buffered.Add(WriteOptions?.Flags.HasFlag(WriteFlags.BufferHint) == true);
            return _permits.WaitAsync(cancellationToken);
        }
    }
}
