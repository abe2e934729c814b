namespace Ptee.Server.Scheduling;

/// <summary>Frames that wait for one segment, a row for each stream. Not thread-safe.</summary>
/// <remarks>
/// A batch takes from the streams in turn, so one that sends a hundred frames at once does not make another wait for all of
/// them.
/// </remarks>
internal sealed class SegmentQueue
{
    private readonly Dictionary<object, Queue<WaitingFrame>> _rows = [];
    private readonly Queue<object> _turns = [];
    private readonly Stack<Queue<WaitingFrame>> _empty = []; // Rows to use again: a frame that waits allocates nothing.

    public int Count { get; private set; }

    /// <summary>Times that another segment was taken while frames waited here.</summary>
    public int PassedOver { get; set; }

    /// <summary>Arrival of the frame that waits longest among the streams' first; the largest number when none waits.</summary>
    public long Oldest
    {
        get
        {
            var oldest = long.MaxValue;
            foreach (var (_, row) in _rows)
            {
                oldest = Math.Min(oldest, row.Peek().Deadline.Arrived);
            }

            return oldest;
        }
    }

    public void Add(WaitingFrame frame)
    {
        if (!_rows.TryGetValue(frame.Replies, out var row))
        {
            _rows[frame.Replies] = row = _empty.TryPop(out var used) ? used : [];
            _turns.Enqueue(frame.Replies);
        }

        row.Enqueue(frame);
        Count++;
    }

    /// <summary>Takes frames that can run together, one stream after the other; what nobody wants any more is dropped.</summary>
    /// <param name="dropped">Receives each frame that is dropped.</param>
    public void Take(int max, List<WaitingFrame> batch, List<WaitingFrame> dropped)
    {
        PassedOver = 0;
        var unfit = 0; // Streams in a row that had nothing that fits.
        while (batch.Count < max && unfit < _turns.Count)
        {
            var stream = _turns.Dequeue();
            var row = _rows[stream];
            DropUnwanted(row, dropped);
            if (row.TryPeek(out var frame) && (batch.Count == 0 || frame.CanRunWith(batch[0])))
            {
                batch.Add(row.Dequeue());
                Count--;
                unfit = 0;
            }
            else
            {
                unfit++;
            }

            if (row.Count > 0)
            {
                _turns.Enqueue(stream);
            }
            else
            {
                _rows.Remove(stream);
                _empty.Push(row);
            }
        }
    }

    private void DropUnwanted(Queue<WaitingFrame> row, List<WaitingFrame> dropped)
    {
        while (row.TryPeek(out var frame) && frame.IsUnwanted)
        {
            dropped.Add(row.Dequeue());
            Count--;
        }
    }
}
