namespace Ptee.Edge.Offload;

/// <summary>
/// How many frames may be on their way on one stream, and which of them the server still owes a reply. What the server does not
/// read yet waits on the device, where its time is counted and it is passed over once that is up, and not on the way. A credit
/// comes back with the frame's reply, or when its deadline is over: a server that never answers keeps none for good. Taken by one
/// writer, given back from any thread.
/// </summary>
/// <param name="framesInFlight">As Ready says; <see cref="Unknown"/> or more than there can be: no bound.</param>
/// <param name="overdrawn">Called once the server owes more overdue replies than a stream should carry.</param>
/// <param name="silent">Called once <see cref="SilentAfter"/> frames are overdue that were sent after the server's last reply, or it
/// owes far too many.</param>
internal sealed class StreamCredits(uint framesInFlight, Action overdrawn, Action silent) : IDisposable
{
    public const uint Unknown = 0;

    /// <summary>Frames; a server that reads on and says nothing to so many does not answer.</summary>
    public const int SilentAfter = 16;

    /// <summary>Times what a stream should carry: it was not replaced, and what it owes is kept no longer.</summary>
    private const int Hopeless = 16;

    private readonly SemaphoreSlim _free = new(IsBound(framesInFlight) ? (int)framesInFlight : int.MaxValue);
    private readonly int _mostOverdue = IsBound(framesInFlight) ? Math.Max(SilentAfter, (int)framesInFlight) : 4 * SilentAfter;
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, (PendingFrame Frame, long RepliesBefore)> _owed = [];
    private readonly HashSet<ulong> _overdue = [];
    private long _replies;
    private int _overdueSinceReply;

    public Task TakeAsync(CancellationToken cancellationToken) => _free.WaitAsync(cancellationToken);

    /// <returns>False when none is free now.</returns>
    public bool TryTake() => _free.Wait(0);

    /// <summary>A credit that was taken for a frame that is not sent.</summary>
    public void GiveBack() => _free.Release();

    /// <summary>The frame whose credit was taken is on its way; to be said before it is.</summary>
    public void Sent(PendingFrame frame)
    {
        lock (_gate)
        {
            _owed.Add(frame.Id, (frame, _replies));
        }

        if (frame.Reply.IsCompleted)
        {
            Overdue(frame); // Its deadline passed within these lines.
        }
    }

    /// <summary>A frame's reply came; it gives its credit back unless its deadline has done so.</summary>
    /// <param name="frame">Null where its deadline is over: nobody waits for it.</param>
    /// <returns>False for a reply that is not owed: to a frame that was never sent, or a second one.</returns>
    public bool TryAnswer(ulong id, out PendingFrame? frame)
    {
        lock (_gate)
        {
            var isInTime = _owed.Remove(id, out var owed);
            frame = owed.Frame;
            if (!isInTime && !_overdue.Remove(id))
            {
                return false;
            }

            _replies++;
            _overdueSinceReply = 0;
            if (isInTime)
            {
                _free.Release();
            }

            return true;
        }
    }

    /// <summary>A frame's deadline is over, and its reply has not come.</summary>
    public void Overdue(PendingFrame frame)
    {
        int overdue, sinceReply;
        lock (_gate)
        {
            if (!_owed.Remove(frame.Id, out var owed))
            {
                return;
            }

            _overdue.Add(frame.Id);
            _free.Release();
            _overdueSinceReply += owed.RepliesBefore == _replies ? 1 : 0;
            (overdue, sinceReply) = (_overdue.Count, _overdueSinceReply);
        }

        if (sinceReply == SilentAfter || overdue == Hopeless * _mostOverdue)
        {
            silent();
        }
        else if (overdue == _mostOverdue)
        {
            overdrawn();
        }
    }

    /// <summary>The stream has ended.</summary>
    /// <returns>What it leaves unanswered, in the order of sending; the caller decides what becomes of it.</returns>
    public PendingFrame[] TakeOwed()
    {
        lock (_gate)
        {
            PendingFrame[] owed = [.. _owed.Values.Select(one => one.Frame).OrderBy(frame => frame.Id)];
            _owed.Clear();
            _overdue.Clear();
            return owed;
        }
    }

    public void Dispose() => _free.Dispose();

    private static bool IsBound(uint framesInFlight) => framesInFlight is > Unknown and <= int.MaxValue;
}
