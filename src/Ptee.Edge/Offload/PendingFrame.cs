using Ptee.Shared.Inference;

namespace Ptee.Edge.Offload;

/// <summary>An image that waits for the server. Completed once; whoever comes later is ignored.</summary>
internal sealed class PendingFrame(ulong id, int cut, int codec, ReadOnlyMemory<byte> payload)
{
    // Whoever completes it is the reader of replies or a timer: neither has time for what comes after.
    private readonly TaskCompletionSource<OffloadReply> _reply =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile ITimer? _clock;
    private volatile bool _sent;

    public ulong Id => id;

    public int Cut => cut;

    public int Codec => codec;

    public ReadOnlyMemory<byte> Payload => payload;

    public Task<OffloadReply> Reply => _reply.Task;

    public void StartClock(TimeProvider time, TimeSpan deadline, Action<PendingFrame> late)
    {
        _clock = time.CreateTimer(_ => late(this), state: null, deadline, Timeout.InfiniteTimeSpan);
        if (_reply.Task.IsCompleted)
        {
            _clock.Dispose(); // The answer was faster than these two lines.
        }
    }

    public void MarkSent() => _sent = true;

    public void Complete(OffloadStatus status, ExitAnswer answer = default)
    {
        if (_reply.TrySetResult(new OffloadReply(status, answer, _sent)))
        {
            _clock?.Dispose();
        }
    }
}
