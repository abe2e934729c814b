using Ptee.Server.Scheduling;
using Ptee.Shared.Exits;
using Ptee.Shared.Wire;
using Ptee.Tests.Edge;

namespace Ptee.Tests.Server;

/// <summary>Which frames go together, and when.</summary>
public sealed class FrameQueueTests
{
    private const int Segments = 4;
    private static readonly ExitPolicy Strict = new(Gates.MaxProbability, [0.9f, 0.9f, 0.9f]);
    private readonly FrameQueue _queue = new(Segments, limit: 8);

    [Fact]
    public void A_batch_is_of_one_segment_and_the_one_that_has_waited_longest_goes_first()
    {
        AddAll(Frame(0, segment: 2), Frame(1, segment: 3), Frame(2, segment: 2), Frame(3, segment: 1), Frame(4, segment: 3));

        Assert.Equal([0, 2], Take());
        Assert.Equal([1, 4], Take());
        Assert.Equal([3], Take());
    }

    [Fact]
    public void Frames_from_the_segment_before_run_with_those_that_enter_at_the_cut()
    {
        AddAll(Frame(0, segment: 1), Frame(1, segment: 2));
        Assert.Equal([0], Take(out var ran));

        ran[0].Segment++;
        _queue.AddAgain(ran[0]);

        Assert.Equal([0, 1], Take().Order());
    }

    [Fact]
    public void A_full_batch_goes_before_one_that_has_waited_longer_and_the_deepest_first()
    {
        AddAll(
            Frame(0, segment: 1), Frame(1, segment: 2), Frame(2, segment: 2), Frame(3, segment: 3), Frame(4, segment: 3));

        Assert.Equal([3, 4], Take(max: 2));
        Assert.Equal([1, 2], Take(max: 2));
        Assert.Equal([0], Take(max: 2));
    }

    [Fact]
    public void A_segment_that_was_passed_over_several_times_goes_before_all()
    {
        AddAll(Frame(0, segment: 1));
        for (var round = 0; round < 4; round++)
        {
            AddAll(Frame(1, segment: 3), Frame(2, segment: 3));
            Assert.Equal([1, 2], Take(max: 2));
        }

        AddAll(Frame(1, segment: 3), Frame(2, segment: 3));

        Assert.Equal([0], Take(max: 2));
    }

    [Fact]
    public void Streams_take_turns()
    {
        var (busy, quiet) = (new ReplySink(new LoadCounters()), new ReplySink(new LoadCounters()));
        AddAll(
            Frame(0, segment: 1, stream: busy), Frame(1, segment: 1, stream: busy), Frame(2, segment: 1, stream: busy),
            Frame(3, segment: 1, stream: busy), Frame(4, segment: 1, stream: quiet));

        Assert.Equal([0, 4], Take(max: 2));
        Assert.Equal([1, 2], Take(max: 2));
    }

    [Fact]
    public void Another_gate_or_threshold_ahead_is_another_batch()
    {
        AddAll(
            Frame(0, segment: 1, Strict),
            Frame(1, segment: 1, new ExitPolicy(Gates.Confidence, Strict.Thresholds)),
            Frame(2, segment: 1, new ExitPolicy(Strict.Gate, [0.9f, 0.9f, 0.8f])),
            Frame(3, segment: 1, new ExitPolicy(Strict.Gate, [0.9f, 0.8f, 0.9f])),
            Frame(4, segment: 1, new ExitPolicy(Strict.Gate, Strict.Thresholds)));

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
            Frame(0, segment: 1, new ExitPolicy(Strict.Gate, thresholds, classes: 2)),
            Frame(1, segment: 1, new ExitPolicy(Strict.Gate, [.. thresholds[..^1], 0.8f], classes: 2)),
            Frame(2, segment: 1, new ExitPolicy(Strict.Gate, [0.1f, 0.1f, .. thresholds[2..]], classes: 2)));

        Assert.Equal([0, 2], Take());
        Assert.Equal([1], Take());
    }

    [Fact]
    public void Thresholds_of_exits_behind_the_cut_do_not_matter()
    {
        AddAll(Frame(0, segment: 2, Strict), Frame(1, segment: 2, new ExitPolicy(Strict.Gate, [0.1f, 0.2f, 0.9f])));

        Assert.Equal([0, 1], Take());
    }

    [Fact]
    public void A_batch_has_at_most_so_many_frames_as_asked_for()
    {
        AddAll(Frame(0, segment: 2), Frame(1, segment: 2), Frame(2, segment: 2));

        Assert.Equal([0, 1], Take(max: 2));
        Assert.Equal([2], Take(max: 2));
    }

    [Fact]
    public void What_nobody_wants_any_more_is_dropped_on_the_way()
    {
        using var gone = new CancellationTokenSource();
        var unwanted = Frame(0, segment: 2, caller: gone.Token);
        AddAll(unwanted, Frame(1, segment: 2));
        gone.Cancel();
        var (batch, dropped) = (new List<WaitingFrame>(), new List<WaitingFrame>());

        Assert.True(_queue.Take(max: 8, batch, dropped));

        Assert.Equal(1ul, Assert.Single(batch).Id);
        Assert.Same(unwanted, Assert.Single(dropped));
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public async Task What_nobody_wants_does_not_wait_for_a_frame_that_somebody_wants()
    {
        using var gone = new CancellationTokenSource();
        AddAll(Frame(0, segment: 2, caller: gone.Token));
        await gone.CancelAsync();
        var (batch, dropped) = (new List<WaitingFrame>(), new List<WaitingFrame>());

        Assert.True(await Task.Run(() => _queue.Take(max: 8, batch, dropped)).Bounded());

        Assert.Empty(batch);
        Assert.Single(dropped);
    }

    [Fact]
    public void Once_complete_it_takes_nothing_more_and_gives_what_it_has()
    {
        AddAll(Frame(0, segment: 2));

        _queue.Complete();

        Assert.False(_queue.TryAdd(Frame(1, segment: 2)));
        Assert.Equal([0], Take(out var ran));
        ran[0].Segment++;
        _queue.AddAgain(ran[0]); // It was let in before the end.
        Assert.Equal([0], Take());
        Assert.False(_queue.Take(max: 8, [], dropped: []));
    }

    [Fact]
    public void It_holds_no_more_than_its_limit()
    {
        AddAll([.. Enumerable.Range(0, 8).Select(i => Frame((ulong)i, segment: 2))]);

        Assert.False(_queue.TryAdd(Frame(8, segment: 2)));
        Assert.Equal(8, _queue.Count);
    }

    [Fact]
    public void A_full_queue_takes_a_place_from_whoever_holds_the_most_and_says_so_to_them()
    {
        var (hog, modest) = (new ReplySink(new LoadCounters()), new ReplySink(new LoadCounters()));
        AddAll([.. Enumerable.Range(0, 8).Select(i => Frame((ulong)i, segment: 2, stream: hog))]);
        AddAll(Frame(8, segment: 2, stream: modest));
        var (batch, dropped) = (new List<WaitingFrame>(), new List<WaitingFrame>());

        Assert.False(_queue.TryAdd(Frame(9, segment: 2, stream: hog)));
        Assert.True(_queue.Take(max: 2, batch, dropped));

        Assert.Equal([1, 8], batch.Select(frame => (int)frame.Id));
        Assert.Equal(6, _queue.Count);
        Assert.Single(dropped).Drop();
        Assert.True(hog.Replies.TryRead(out var reply));
        Assert.Equal((0ul, Failure.Types.Kind.ResourceExhausted), (reply.Id, reply.Failure.Kind));
    }

    [Fact]
    public void Those_that_hold_as_much_as_each_other_do_not_take_from_each_other()
    {
        var (one, other) = (new ReplySink(new LoadCounters()), new ReplySink(new LoadCounters()));
        AddAll([.. Enumerable.Range(0, 8).Select(i => Frame((ulong)i, segment: 2, stream: i % 2 == 0 ? one : other))]);

        Assert.False(_queue.TryAdd(Frame(8, segment: 2, stream: one)));
        Assert.False(_queue.TryAdd(Frame(8, segment: 2, stream: other)));
    }

    [Fact]
    public void Streams_of_one_connection_have_one_turn()
    {
        var load = new LoadCounters();
        AddAll(
            Frame(0, segment: 1, stream: new ReplySink(load, "a")), Frame(1, segment: 1, stream: new ReplySink(load, "a")),
            Frame(2, segment: 1, stream: new ReplySink(load, "a")), Frame(3, segment: 1, stream: new ReplySink(load, "b")));

        Assert.Equal([0, 3], Take(max: 2));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(24)]
    public void A_stream_at_another_operating_point_has_its_turn_from_every_starting_place(int busy)
    {
        for (var place = 0; place <= busy; place++)
        {
            var queue = new FrameQueue(Segments, limit: 4 * busy);
            var streams = Enumerable.Range(0, busy + 1).Select(_ => new ReplySink(new LoadCounters())).ToArray();
            var small = streams[place];
            Assert.All(streams, stream => Assert.True(queue.TryAdd(Of(stream))));
            Assert.All(streams.Where(stream => stream != small), stream => Assert.True(queue.TryAdd(Of(stream))));

            var batches = 0;
            for (List<WaitingFrame> batch = []; batch.All(frame => frame.Replies != small); batches++)
            {
                Assert.True(batches < busy, $"not served in {batches} batches from place {place}");
                batch.ForEach(frame => Assert.True(queue.TryAdd(Of(frame.Replies)))); // Each stream always has two waiting.
                batch.Clear();
                Assert.True(queue.Take(max: 8, batch, dropped: []));
            }

            WaitingFrame Of(ReplySink stream) =>
                Frame(0, segment: 1, stream == small ? new ExitPolicy(Gates.Confidence, Strict.Thresholds) : Strict, stream);
        }
    }

    private void AddAll(params WaitingFrame[] frames) => Assert.All(frames, frame => Assert.True(_queue.TryAdd(frame)));

    private int[] Take(int max = 8) => Take(out _, max);

    private int[] Take(out List<WaitingFrame> batch, int max = 8)
    {
        batch = [];
        Assert.True(_queue.Take(max, batch, dropped: []));
        return [.. batch.Select(frame => (int)frame.Id)];
    }

    /// <summary>Arrived at the time that is its number; of a stream of its own unless one is given.</summary>
    private static WaitingFrame Frame(
        ulong id, int segment, ExitPolicy? policy = null, ReplySink? stream = null, CancellationToken caller = default) => new()
        {
            Id = id,
            Segment = segment,
            FirstExit = segment,
            Features = [],
            Policy = policy ?? Strict,
            Deadline = new FrameDeadline(TimeProvider.System, Arrived: (long)id, Milliseconds: 0),
            Replies = stream ?? new ReplySink(new LoadCounters()),
            Caller = caller,
        };
}
