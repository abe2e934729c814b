namespace Ptee.Server.Scheduling;

/// <summary>All frames that wait, each before the segment that it needs next. Any thread adds; one worker takes.</summary>
/// <remarks>
/// Frames that come from the segment before and frames that enter at the cut wait in the same queue and run together.
/// A full batch goes first, the deepest of them, because it frees most; else nothing waits for company while the engine is
/// idle, and the segment runs whose frame has waited longest. One that was passed over several times goes before all.
/// Connections share the places: when all are taken, whoever holds the most of them gives way to one that holds less, and only
/// where none holds more is a frame refused.
/// </remarks>
/// <param name="segments">Of the model.</param>
/// <param name="limit">Frames waiting, at most.</param>
internal sealed class FrameQueue(int segments, int limit)
{
    private const int MostPassedOver = 4;

    // A Monitor and not a Channel: the worker is a thread that may block, and it takes from the middle.
    private readonly object _gate = new();
    private readonly SegmentQueue[] _queues = [.. Enumerable.Range(0, segments).Select(_ => new SegmentQueue())];
    private readonly QueueShares _shares = new();
    private readonly List<WaitingFrame> _gaveWay = []; // Never long: each is one of the frames in flight of its stream until it is replied to.
    private double _millisecondsAFrame;
    private int _count;
    private bool _complete;

    public int Limit => limit;

    /// <summary>Frames waiting; those in the running batch are none of them.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    /// <summary>What waits now, as fast as the last frames went.</summary>
    /// <param name="coming">Frames that are about to wait too.</param>
    public WorkAhead Ahead(int coming = 0)
    {
        var frames = Count + coming;
        return new WorkAhead(frames, frames * Volatile.Read(ref _millisecondsAFrame));
    }

    /// <param name="milliseconds">Of the engine's time, until a frame is answered.</param>
    public void SetPace(double milliseconds) => Volatile.Write(ref _millisecondsAFrame, milliseconds);

    /// <returns>False when the queue is complete, or full and no other connection holds more of it: the caller refuses the frame,
    /// nothing waits.</returns>
    public bool TryAdd(WaitingFrame frame)
    {
        lock (_gate)
        {
            if (_complete || (_count >= limit && !MakeRoom(frame.Replies.Connection)))
            {
                return false;
            }

            Add(frame);
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>For a frame that has run through a segment: it was let in once, so neither limit nor end holds it up.</summary>
    public void AddAgain(WaitingFrame frame)
    {
        lock (_gate)
        {
            Add(frame);
        }
    }

    /// <summary>No more frames; the worker ends once it has taken those that are there.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _complete = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Waits for a frame and takes it with those that fit in its batch; frames that nobody wants any more are
    /// taken out on the way.</summary>
    /// <param name="batch">Empty; receives up to <paramref name="max"/> frames that need the same segment next, none only where some were dropped.</param>
    /// <param name="dropped">Empty; receives what nobody wants any more and what gave way. The caller says so to each: a reply may take a while, and this holds
    /// the queue's lock.</param>
    /// <returns>False when the queue is complete and empty.</returns>
    public bool Take(int max, List<WaitingFrame> batch, List<WaitingFrame> dropped)
    {
        lock (_gate)
        {
            dropped.AddRange(_gaveWay);
            _gaveWay.Clear();
            while (true)
            {
                while (_count > 0)
                {
                    var before = dropped.Count;
                    Next(max).Take(max, batch, dropped);
                    Forget(batch, first: 0);
                    Forget(dropped, before);
                    if (batch.Count > 0)
                    {
                        return true;
                    }
                }

                if (dropped.Count > 0)
                {
                    return true; // Nothing else waits, and they must not wait for what comes next.
                }

                if (_complete)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }
        }
    }

    private void Add(WaitingFrame frame)
    {
        _queues[frame.Segment].Add(frame);
        _shares.Add(frame.Replies.Connection);
        _count++;
    }

    private void Forget(List<WaitingFrame> taken, int first)
    {
        for (var i = first; i < taken.Count; i++)
        {
            _shares.Remove(taken[i].Replies.Connection);
            _count--;
        }
    }

    /// <summary>Takes a place from whoever holds the most: of its frames the one that waits for the first segment, which has cost the
    /// least so far.</summary>
    private bool MakeRoom(object connection)
    {
        if (_shares.WhoGivesWayTo(connection) is not { } most)
        {
            return false;
        }

        var frame = _queues.Select(queue => queue.Withdraw(most)).OfType<WaitingFrame>().First();
        frame.GaveWay = true;
        _shares.Remove(most);
        _count--;
        _gaveWay.Add(frame);
        return true;
    }

    private SegmentQueue Next(int max)
    {
        SegmentQueue? passedOver = null, full = null, oldest = null;
        var longest = long.MaxValue;
        foreach (var queue in _queues)
        {
            if (queue.Count == 0)
            {
                continue;
            }

            passedOver ??= queue.PassedOver >= MostPassedOver ? queue : null;
            full = queue.Count >= max ? queue : full;
            if (oldest is null || queue.Oldest < longest)
            {
                (oldest, longest) = (queue, queue.Oldest);
            }

            queue.PassedOver++;
        }

        return passedOver ?? full ?? oldest!;
    }
}
