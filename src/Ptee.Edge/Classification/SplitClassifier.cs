using System.Runtime.CompilerServices;
using Ptee.Edge.Offload;
using Ptee.Shared.Adaptation;
using Ptee.Shared.Bundles;
using Ptee.Shared.Inference;
using Ptee.Shared.Reports;

namespace Ptee.Edge.Classification;

/// <summary>
/// The device: answers what its exits are sure of, hands the rest to the server, and answers by itself what the server
/// does not. One run at a time.
/// </summary>
/// <param name="engine">Made from <paramref name="bundle"/>; the caller disposes of it.</param>
/// <param name="offload">Null: everything is answered here.</param>
/// <param name="bandit">Moves the thresholds of the device's exits; null: they stay as the plan says.</param>
public sealed class SplitClassifier(
    Bundle bundle,
    IEngine engine,
    SplitPlan plan,
    IOffload? offload = null,
    ClassifierOptions? options = null,
    ThresholdBandit? bandit = null)
{
    private readonly ClassifierOptions _options = options ?? new ClassifierOptions();
    private long _liveTensors;

    /// <summary>Held by the engine's library when no call was running; of the last batch.</summary>
    public long LiveTensors => Volatile.Read(ref _liveTensors);

    /// <summary>Runs the device's part once, so that the first picture is as fast as the others.</summary>
    public void WarmUp() => new DevicePart(bundle.Manifest, engine, plan, batch: 1).WarmUp();

    /// <summary>One record a picture, as they finish: the order is not the input's, Index says which.</summary>
    /// <param name="pictures">Taken one batch at a time on a thread of the run's own.</param>
    /// <param name="cancellationToken">Stops the run: what has been answered still comes out, what is on its way does not.</param>
    /// <exception cref="OperationCanceledException">After the last record, when the run was stopped.</exception>
    public async IAsyncEnumerable<ImageRecord> ClassifyAsync(
        IEnumerable<InputPicture> pictures, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var device = new DevicePart(bundle.Manifest, engine, plan, _options.Batch);
        using var run = new ClassifierRun(bundle.Manifest, device, plan, offload, bandit, _options, stop.Token);

        // A thread, not the pool: an engine call blocks, and on one core the pool would have nobody left for replies.
        var computing = Task.Factory.StartNew(
            () => run.Compute(pictures, () => Volatile.Write(ref _liveTensors, engine.LiveTensors)),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        try
        {
            await foreach (var record in run.ReadAllAsync())
            {
                yield return record;
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            await stop.CancelAsync();
            await computing;
        }
    }
}
