using Ptee.Server.Hosting;
using Ptee.Server.Scheduling;
using Ptee.Shared.Exits;

namespace Ptee.Tests.Server;

public sealed class BatchRunnerTests
{
    private const int Cut = 1; // That has the bottleneck.

    /// <summary>The engine passes the first value of an image through its decoder and its segments and answers that class.</summary>
    [Theory]
    [InlineData(true, false, true)]
    [InlineData(true, true, true)]
    public async Task Latents_run_in_one_batch_with_each_other_and_with_features_and_each_frame_gets_its_own_answer(params bool[] isLatent)
    {
        var model = new ServedModel(TestBundles.WithBottleneck());
        using var engine = new ScriptedEngine(model.Manifest);
        var pool = new FeaturePool(model.Manifest, keep: 0);
        var queue = new FrameQueue(model.Manifest.SegmentCount, limit: 8);
        var replies = new ReplySink(new LoadCounters());
        var batch = isLatent.Select((latent, i) => Frame((ulong)i, pool.Rent(), value: 3 + (2 * i), latent, replies)).ToArray();

        new BatchRunner(model, engine, queue, pool, TimeProvider.System).Run(batch);

        replies.Complete();
        var answered = new List<(ulong, uint)>();
        await foreach (var reply in replies.Replies.ReadAllAsync())
        {
            answered.Add((reply.Id, reply.Answer.ClassIndex));
        }

        Assert.Equal([(0, 3), (1, 5), (2, 7)], answered);
        Assert.Equal([(Cut + 1, 3)], engine.Runs);
        Assert.Equal([(Cut, isLatent.Count(latent => latent))], engine.Decoded);
    }

    /// <summary>A picture of which the device's exits were not sure, and one that a shallower device sent.</summary>
    [Fact]
    public void A_picture_runs_from_the_first_segment_and_only_exits_after_its_cut_are_asked()
    {
        var model = new ServedModel(TestBundles.WithBottleneck());
        using var engine = new ScriptedEngine(model.Manifest);
        var (pool, queue) = (new FeaturePool(model.Manifest, keep: 0), new FrameQueue(model.Manifest.SegmentCount, limit: 8));
        var replies = new ReplySink(new LoadCounters());
        var runner = new BatchRunner(model, engine, queue, pool, TimeProvider.System);
        var (deep, shallow) = (Picture(1, cut: 1), Picture(2, cut: 0));
        Assert.True(deep.CanRunWith(shallow));

        var batch = new List<WaitingFrame>();
        Assert.True(queue.TryAdd(deep) && queue.TryAdd(shallow));
        queue.Complete();
        while (queue.Take(max: 8, batch, dropped: []))
        {
            runner.Run(batch);
            batch.Clear();
        }

        Assert.Equal([(0, 2), (1, 1), (1, 1), (2, 1)], engine.Runs.Order());
        Assert.Equal([(1, 1), (2, 1)], engine.Asked.Order());

        WaitingFrame Picture(ulong id, int cut) => Frame(id, pool.Rent(), value: 3, isLatent: false, replies, segment: 0, firstExit: cut + 1);
    }

    private static WaitingFrame Frame(ulong id, float[] features, float value, bool isLatent, ReplySink replies, int segment = Cut + 1, int firstExit = Cut + 1)
    {
        features[0] = value;
        return new WaitingFrame
        {
            Id = id,
            Segment = segment,
            FirstExit = firstExit,
            Features = features,
            IsLatent = isLatent,
            Policy = ExitPolicy.Uniform(Gates.MaxProbability, 0, 3),
            Deadline = new FrameDeadline(TimeProvider.System, TimeProvider.System.GetTimestamp(), Milliseconds: 0),
            Replies = replies,
            Caller = CancellationToken.None,
        };
    }
}
