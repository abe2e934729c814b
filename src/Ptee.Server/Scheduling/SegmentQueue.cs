namespace Ptee.Server.Scheduling;

/// <summary>Frames that wait for one segment, a row for each connection. Not thread-safe.</summary>
/// <remarks>
/// A batch takes from the connections in turn, so one that sends a hundred frames at once, on one stream or on many, does not
/// make another wait for all of them. A row whose frame does not fit in the batch keeps its turn: the first of them begins
/// the next batch, so none is passed over for ever.
/// </remarks>
internal sealed class SegmentQueue
{
    private readonly Dictionary<object, Queue<WaitingFrame>> _rows = [];
    private readonly List<object> _turns = []; // The next one first.
    private readonly Stack<Queue<WaitingFrame>> _empty = []; // Rows to use again: a frame that waits allocates nothing.

    public int Count { get; private set; }

    /// <summary>Times that another segment was taken while frames waited here.</summary>
    public int PassedOver { get; set; }

    /// <summary>Arrival of the frame that waits longest among the connections' first; the largest number when none waits.</summary>
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
        var connection = frame.Replies.Connection;
        if (!_rows.TryGetValue(connection, out var row))
        {
            _rows[connection] = row = _empty.TryPop(out var used) ? used : [];
            _turns.Add(connection);
        }

        row.Enqueue(frame);
        Count++;
    }

    /// <summary>Takes frames that can run together, one connection after the other; what nobody wants any more is dropped.</summary>
    /// <param name="dropped">Receives each frame that is dropped.</param>
    public void Take(int max, List<WaitingFrame> batch, List<WaitingFrame> dropped)
    {
        PassedOver = 0;
        var next = 0; // Rows before it had nothing that fits.
        while (batch.Count < max && next < _turns.Count)
        {
            var connection = _turns[next];
            var row = _rows[connection];
            DropUnwanted(row, dropped);
            if (row.TryPeek(out var frame) && batch.Count > 0 && !frame.CanRunWith(batch[0]))
            {
                next++;
                continue;
            }

            _turns.RemoveAt(next);
            if (frame is not null)
            {
                batch.Add(row.Dequeue());
                Count--;
            }

            KeepOrForget(connection, row, turn: _turns.Count);
        }
    }

    /// <summary>Takes out the frame of a connection that waits longest here; null when none does.</summary>
    public WaitingFrame? Withdraw(object connection)
    {
        if (!_rows.TryGetValue(connection, out var row))
        {
            return null;
        }

        var frame = row.Dequeue();
        Count--;
        if (row.Count == 0)
        {
            _turns.Remove(connection);
            KeepOrForget(connection, row, turn: 0);
        }

        return frame;
    }

    private void KeepOrForget(object connection, Queue<WaitingFrame> row, int turn)
    {
        if (row.Count > 0)
        {
            _turns.Insert(turn, connection);
        }
        else
        {
            _rows.Remove(connection);
            _empty.Push(row);
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
