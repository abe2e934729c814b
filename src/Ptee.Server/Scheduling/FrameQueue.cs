namespace Ptee.Server.Scheduling;

/// <summary>The one queue of all streams. Any thread adds; one worker takes.</summary>
/// <param name="limit">Frames waiting, at most.</param>
internal sealed class FrameQueue(int limit)
{
    // A Monitor and not a Channel: the worker is a thread that may block, and it takes from the middle.
    private readonly object _gate = new();
    private readonly LinkedList<WaitingFrame> _frames = [];
    private bool _complete;

    public int Limit => limit;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _frames.Count;
            }
        }
    }

    /// <returns>False when the queue is full or complete: the caller refuses the frame, nothing waits.</returns>
    public bool TryAdd(WaitingFrame frame)
    {
        lock (_gate)
        {
            if (_complete || _frames.Count >= limit)
            {
                return false;
            }

            _frames.AddLast(frame);
            Monitor.Pulse(_gate);
            return true;
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

    /// <summary>
    /// Waits for a frame and takes it with those behind it that fit in its batch; frames that nobody wants any more are
    /// dropped on the way. Nothing waits for company: a batch is what has gathered while the last one ran.
    /// </summary>
    /// <param name="batch">Empty; receives 1 to <paramref name="max"/> frames, oldest first.</param>
    /// <returns>False when the queue is complete and empty.</returns>
    public bool Take(int max, List<WaitingFrame> batch)
    {
        lock (_gate)
        {
            while (true)
            {
                Gather(max, batch);
                if (batch.Count > 0)
                {
                    return true;
                }

                if (_complete)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }
        }
    }

    private void Gather(int max, List<WaitingFrame> batch)
    {
        var node = _frames.First;
        while (node is not null && batch.Count < max)
        {
            var (frame, next) = (node.Value, node.Next);
            if (frame.TryDrop())
            {
                _frames.Remove(node);
            }
            else if (batch.Count == 0 || frame.CanRunWith(batch[0]))
            {
                _frames.Remove(node);
                batch.Add(frame);
            }

            node = next;
        }
    }
}
