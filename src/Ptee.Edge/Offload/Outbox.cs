namespace Ptee.Edge.Offload;

/// <summary>
/// The images that wait to be sent, over all streams of a link: one stream hands over to the next and none is lost between them.
/// Filled and closed from any thread; one writer takes at a time.
/// </summary>
internal sealed class Outbox(TimeProvider time, TimeSpan deadline) : IDisposable
{
    // Whoever sends bounds what is in flight, at 4,096 at most; this bounds the frames that were given up while a server did not read.
    private const int MostWaiting = 8_192;

    private readonly Lock _gate = new();
    private readonly Queue<PendingFrame> _again = [];
    private readonly Queue<PendingFrame> _waiting = [];
    private readonly SemaphoreSlim _some = new(0); // At least one for each frame that waits; what is more wakes the writer for nothing.
    private ulong _nextId;
    private bool _isFinished;
    private volatile bool _isOpen;

    /// <summary>Whether there is a stream, or there will be one at once.</summary>
    public bool IsOpen => _isOpen;

    public void Open() => _isOpen = true;

    /// <returns>Null when it takes no more.</returns>
    public Task<OffloadReply>? TrySend(int cut, int codec, ReadOnlyMemory<byte> payload)
    {
        PendingFrame frame;
        lock (_gate)
        {
            if (!_isOpen || _isFinished || _waiting.Count >= MostWaiting)
            {
                return null;
            }

            var until = time.GetTimestamp() + (long)(deadline.TotalSeconds * time.TimestampFrequency);
            frame = new PendingFrame(cut, codec, payload, until);
            _waiting.Enqueue(frame);
        }

        _some.Release();
        frame.StartClock(time, deadline);
        return frame.Reply;
    }

    /// <summary>The next frame that still has time; those that were too late while they waited are passed over.</summary>
    /// <returns>Null when no more will come.</returns>
    public async Task<PendingFrame?> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _some.WaitAsync(cancellationToken);
            if (Next() is { } frame)
            {
                return frame;
            }

            if (_isFinished)
            {
                _some.Release(); // For whoever asks again.
                return null;
            }
        }
    }

    /// <returns>Null when none waits.</returns>
    public PendingFrame? TryTake()
    {
        while (_some.Wait(0))
        {
            if (Next() is { } frame)
            {
                return frame;
            }

            if (_isFinished)
            {
                _some.Release();
                return null;
            }
        }

        return null;
    }

    /// <summary>Frames that a stream took and did not get through; they go before all others. Lost where no stream will come.</summary>
    public void PutBack(IEnumerable<PendingFrame> frames)
    {
        foreach (var frame in frames)
        {
            lock (_gate)
            {
                if (_isOpen)
                {
                    _again.Enqueue(frame);
                    _some.Release();
                    continue;
                }
            }

            frame.Complete(OffloadStatus.Lost);
        }
    }

    /// <summary>There is no stream and none will come soon: everybody who waits is told at once.</summary>
    public void Close()
    {
        PendingFrame[] waiting;
        lock (_gate)
        {
            _isOpen = false;
            waiting = [.. _again, .. _waiting];
            _again.Clear();
            _waiting.Clear();
        }

        foreach (var frame in waiting)
        {
            frame.Complete(OffloadStatus.Lost);
        }
    }

    /// <summary>Takes no more; the writer gets what is left and then null.</summary>
    public void Finish()
    {
        lock (_gate)
        {
            _isFinished = true;
        }

        _some.Release();
    }

    public void Dispose() => _some.Dispose();

    private PendingFrame? Next()
    {
        lock (_gate)
        {
            while (_again.TryDequeue(out var frame) || _waiting.TryDequeue(out frame))
            {
                if (!frame.Reply.IsCompleted && frame.Until > time.GetTimestamp())
                {
                    // Now, and anew for one that goes a second time: ids rise on a stream, and it may go behind later frames.
                    frame.Id = _nextId++;
                    return frame;
                }

                frame.Expire();
            }

            return null;
        }
    }
}
