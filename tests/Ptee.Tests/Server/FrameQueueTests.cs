using Ptee.Server.Scheduling;
using Ptee.Shared.Exits;

namespace Ptee.Tests.Server;

/// <summary>Which frames go together.</summary>
public sealed class FrameQueueTests
{
    private static readonly ExitPolicy Strict = new(Gates.MaxProbability, [0.9f, 0.9f, 0.9f]);
    private readonly FrameQueue _queue = new(limit: 8);
    private readonly ReplySink _replies = new(new LoadCounters());

    [Fact]
    public void A_batch_is_of_one_cut_and_the_others_keep_their_order()
    {
        AddAll(Frame(0, cut: 1), Frame(1, cut: 2), Frame(2, cut: 1), Frame(3, cut: 0), Frame(4, cut: 2));

        Assert.Equal([0, 2], Take());
        Assert.Equal([1, 4], Take());
        Assert.Equal([3], Take());
    }

    [Fact]
    public void Another_gate_or_threshold_ahead_is_another_batch()
    {
        AddAll(
            Frame(0, cut: 0, Strict),
            Frame(1, cut: 0, new ExitPolicy(Gates.Confidence, Strict.Thresholds)),
            Frame(2, cut: 0, new ExitPolicy(Strict.Gate, [0.9f, 0.9f, 0.8f])),
            Frame(3, cut: 0, new ExitPolicy(Strict.Gate, [0.9f, 0.8f, 0.9f])),
            Frame(4, cut: 0, new ExitPolicy(Strict.Gate, Strict.Thresholds)));

        Assert.Equal([0, 4], Take());
        Assert.Equal([1], Take());
        Assert.Equal([2], Take());
        Assert.Equal([3], Take());
    }

    [Fact]
    public void Another_threshold_of_one_class_ahead_is_another_batch()
    {
        float[] thresholds = [0.9f, 0.9f, 0.9f, 0.9f, 0.9f, 0.9f];
        AddAll(
            Frame(0, cut: 0, new ExitPolicy(Strict.Gate, thresholds, classes: 2)),
            Frame(1, cut: 0, new ExitPolicy(Strict.Gate, [.. thresholds[..^1], 0.8f], classes: 2)),
            Frame(2, cut: 0, new ExitPolicy(Strict.Gate, [0.1f, 0.1f, .. thresholds[2..]], classes: 2)));

        Assert.Equal([0, 2], Take());
        Assert.Equal([1], Take());
    }

    [Fact]
    public void Thresholds_of_exits_behind_the_cut_do_not_matter()
    {
        AddAll(Frame(0, cut: 1, Strict), Frame(1, cut: 1, new ExitPolicy(Strict.Gate, [0.1f, 0.2f, 0.9f])));

        Assert.Equal([0, 1], Take());
    }

    [Fact]
    public void A_batch_has_at_most_so_many_frames_as_asked_for()
    {
        AddAll(Frame(0, cut: 1), Frame(1, cut: 1), Frame(2, cut: 1));

        Assert.Equal([0, 1], Take(max: 2));
        Assert.Equal([2], Take(max: 2));
    }

    [Fact]
    public void Once_complete_it_takes_nothing_more_and_gives_what_it_has()
    {
        AddAll(Frame(0, cut: 1));

        _queue.Complete();

        Assert.False(_queue.TryAdd(Frame(1, cut: 1)));
        Assert.Equal([0], Take());
        Assert.False(_queue.Take(max: 8, []));
    }

    [Fact]
    public void It_holds_no_more_than_its_limit()
    {
        AddAll([.. Enumerable.Range(0, 8).Select(i => Frame((ulong)i, cut: 1))]);

        Assert.False(_queue.TryAdd(Frame(8, cut: 1)));
        Assert.Equal(8, _queue.Count);
    }

    private void AddAll(params WaitingFrame[] frames) => Assert.All(frames, frame => Assert.True(_queue.TryAdd(frame)));

    private IEnumerable<int> Take(int max = 8)
    {
        var batch = new List<WaitingFrame>();
        Assert.True(_queue.Take(max, batch));
        return batch.Select(frame => (int)frame.Id);
    }

    private WaitingFrame Frame(ulong id, int cut, ExitPolicy? policy = null) => new()
    {
        Id = id,
        Cut = cut,
        Features = [],
        Policy = policy ?? Strict,
        Deadline = new FrameDeadline(TimeProvider.System, Arrived: 0, Milliseconds: 0),
        Replies = _replies,
        Caller = CancellationToken.None,
    };
}
