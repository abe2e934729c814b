namespace Ptee.Server.Scheduling;

/// <summary>Frames that wait for one segment, a row for each stream. Not thread-safe.</summary>
/// <remarks>
/// A batch takes from the streams in turn, so one that sends a hundred frames at once does not make another wait for all of
/// them.
/// </remarks>
internal sealed class SegmentQueue
{
    private readonly Dictionary<object, Queue<WaitingFrame>> _rows = [];
    private readonly LinkedList<object> _turns = [];

    public int Count { get; private set; }

    /// <summary>Times that another segment was taken while frames waited here.</summary>
    public int PassedOver { get; set; }

    /// <summary>Arrival of the frame that waits longest among the streams' first; the largest number when none waits.</summary>
    public long Oldest => _rows.Count == 0 ? long.MaxValue : _rows.Values.Min(row => row.Peek().Deadline.Arrived);

    public void Add(WaitingFrame frame)
    {
        if (!_rows.TryGetValue(frame.Replies, out var row))
        {
            _rows[frame.Replies] = row = [];
            _turns.AddLast(frame.Replies);
        }

        row.Enqueue(frame);
        Count++;
    }

    /// <summary>Takes frames that can run together, one stream after the other; what nobody wants any more is dropped.</summary>
    /// <param name="dropped">Told of each frame that is dropped.</param>
    public void Take(int max, List<WaitingFrame> batch, Action<WaitingFrame> dropped)
    {
        PassedOver = 0;
        var unfit = 0; // Streams in a row that had nothing that fits.
        while (batch.Count < max && unfit < _turns.Count)
        {
            var stream = _turns.First!.Value;
            _turns.RemoveFirst();
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
                _turns.AddLast(stream);
            }
            else
            {
                _rows.Remove(stream);
            }
        }
    }

    private void DropUnwanted(Queue<WaitingFrame> row, Action<WaitingFrame> dropped)
    {
        while (row.TryPeek(out var frame) && frame.TryDrop())
        {
            dropped(row.Dequeue());
            Count--;
        }
    }
}
