namespace Ptee.Server.Scheduling;

/// <summary>All frames that wait, each before the segment that it needs next. Any thread adds; one worker takes.</summary>
/// <remarks>
/// Frames that come from the segment before and frames that enter at the cut wait in the same queue and run together.
/// A full batch goes first, the deepest of them, because it frees most; else nothing waits for company while the engine is
/// idle, and the segment runs whose frame has waited longest. One that was passed over several times goes before all.
/// </remarks>
/// <param name="segments">Of the model.</param>
/// <param name="limit">Frames waiting, at most.</param>
internal sealed class FrameQueue(int segments, int limit)
{
    private const int MostPassedOver = 4;

    // A Monitor and not a Channel: the worker is a thread that may block, and it takes from the middle.
    private readonly object _gate = new();
    private readonly SegmentQueue[] _queues = [.. Enumerable.Range(0, segments).Select(_ => new SegmentQueue())];
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

    /// <returns>False when the queue is full or complete: the caller refuses the frame, nothing waits.</returns>
    public bool TryAdd(WaitingFrame frame)
    {
        lock (_gate)
        {
            if (_complete || _count >= limit)
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
    /// <param name="dropped">Empty; receives what nobody wants any more. The caller says so to each: a reply may take a while, and this holds
    /// the queue's lock.</param>
    /// <returns>False when the queue is complete and empty.</returns>
    public bool Take(int max, List<WaitingFrame> batch, List<WaitingFrame> dropped)
    {
        lock (_gate)
        {
            while (true)
            {
                while (_count > 0)
                {
                    var queue = Next(max);
                    var before = queue.Count;
                    queue.Take(max, batch, dropped);
                    _count -= before - queue.Count;
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
        _count++;
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
