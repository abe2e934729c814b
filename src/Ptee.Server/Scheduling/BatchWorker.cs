using Ptee.Server.Hosting;
using Ptee.Shared.Wire;

namespace Ptee.Server.Scheduling;

/// <summary>The one thread that runs the engine: takes batches from the queue until it is complete.</summary>
/// <remarks>
/// A thread of its own, because engine calls are synchronous and libtorch keeps state a thread; so it does the warm-up.
/// </remarks>
internal sealed partial class BatchWorker(
    FrameQueue queue, BatchRunner runner, FeaturePool pool, ServerOptions options, ILogger<BatchWorker> logger)
{
    private readonly TaskCompletionSource _warm = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _started;

    /// <summary>Completes when it has stopped; throws what ended it before that.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Completes when the engine is warm; throws what the engine threw.</summary>
    public Task StartAsync()
    {
        _started = true;
        new Thread(Work) { IsBackground = true, Name = "ptee worker" }.Start();
        return _warm.Task;
    }

    /// <summary>Runs what is queued, then ends. Nothing calls the engine after this.</summary>
    public Task StopAsync()
    {
        queue.Complete();
        return _started ? Settled(_ended.Task) : Task.CompletedTask;
    }

    private void Work()
    {
        try
        {
            runner.WarmUp();
            _warm.SetResult();
            var (batch, dropped) = (new List<WaitingFrame>(options.MaxBatch), new List<WaitingFrame>());
            while (queue.Take(options.MaxBatch, batch, dropped))
            {
                Run(batch);
                batch.Clear();
                Drop(dropped);
                dropped.Clear();
            }

            _ended.SetResult();
        }
        catch (Exception exception)
        {
            queue.Complete(); // Nobody takes from it any more.
            if (_warm.TrySetException(exception))
            {
                _ended.SetResult(); // Whoever starts it hears of it.
            }
            else
            {
                _ended.SetException(exception);
            }
        }
    }

    /// <summary>Ended well or not: <see cref="Ended"/> says which.</summary>
    private static async Task Settled(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private void Drop(List<WaitingFrame> dropped)
    {
        foreach (var frame in dropped)
        {
            frame.Drop();
            pool.Return(frame.Features);
        }
    }

    private void Run(List<WaitingFrame> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        try
        {
            runner.Run(batch);
        }
        catch (Exception exception)
        {
            // Whatever the engine throws concerns these frames alone; the worker lives on.
            LogFailed(batch.Count, batch[0].Segment, exception);
            batch.ForEach(frame => frame.Fail(
                Failure.Types.Kind.Internal, "the server could not run this frame; its log says why"));
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A batch of {Frames} frames failed in segment {Segment}")]
    private partial void LogFailed(int frames, int segment, Exception exception);
}
