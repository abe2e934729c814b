using Ptee.Shared.Inference;

namespace Ptee.Edge.Offload;

/// <summary>An image that waits for the server. Completed once; whoever comes later is ignored.</summary>
/// <param name="until">Timestamp of its deadline.</param>
internal sealed class PendingFrame(int cut, int codec, ReadOnlyMemory<byte> payload, long until)
{
    /// <summary>Once more than it needs: a frame that ends every stream it travels on must not go round for ever.</summary>
    private const int MostSends = 2;

    // Whoever completes it is the reader of replies or a timer: neither has time for what comes after.
    private readonly TaskCompletionSource<OffloadReply> _reply =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile ITimer? _clock;
    private volatile StreamCredits? _owedBy;
    private volatile int _sends;

    /// <summary>Given by the outbox each time that it hands the frame to a stream's writer.</summary>
    public ulong Id { get; set; }

    public int Cut => cut;

    public int Codec => codec;

    public ReadOnlyMemory<byte> Payload => payload;

    public long Until => until;

    public Task<OffloadReply> Reply => _reply.Task;

    public bool WasSent => _sends > 0;

    public bool MaySendAgain => _sends < MostSends && !_reply.Task.IsCompleted;

    public void StartClock(TimeProvider time, TimeSpan deadline)
    {
        _clock = time.CreateTimer(_ => Expire(), state: null, deadline, Timeout.InfiniteTimeSpan);
        if (_reply.Task.IsCompleted)
        {
            _clock.Dispose(); // The answer was faster than these two lines.
        }
    }

    /// <summary>It goes out now, on the stream whose credit was taken for it; only its writer says so.</summary>
    public void SendOn(StreamCredits credits)
    {
        _sends++;
        _owedBy = credits;
        credits.Sent(this);
    }

    /// <summary>Its deadline has passed.</summary>
    public void Expire()
    {
        Complete(OffloadStatus.Late);
        _owedBy?.Overdue(this);
    }

    public void Complete(OffloadStatus status, ExitAnswer answer = default)
    {
        if (_reply.TrySetResult(new OffloadReply(status, answer, WasSent)))
        {
            _clock?.Dispose();
        }
    }
}
