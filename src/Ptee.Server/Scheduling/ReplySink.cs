using System.Threading.Channels;
using Ptee.Shared.Inference;
using Ptee.Shared.Wire;

namespace Ptee.Server.Scheduling;

/// <summary>Where a call's replies go, from any thread and without waiting; one writer takes them from there.</summary>
/// <param name="connection">That the call came on; calls of one connection share one turn and one share of the queue. Null: the call
/// stands for itself.</param>
internal sealed class ReplySink(LoadCounters load, object? connection = null)
{
    // Unbounded, but never long: a stream has at most so many replies here as it may have frames in flight.
    // Whoever answers writes the message too: it never waits there, and a reply does not wait for another thread to wake up.
    private readonly Channel<InferReply> _replies =
        Channel.CreateUnbounded<InferReply>(new() { SingleReader = true, AllowSynchronousContinuations = true });

    /// <summary>Equal for all calls of one connection.</summary>
    public object Connection => connection ?? this;

    public ChannelReader<InferReply> Replies => _replies.Reader;

    public void Answer(ulong id, ExitAnswer answer, WorkAhead ahead)
    {
        // Counted before it can be seen: who has a reply finds it in Describe.
        load.FrameAnswered();
        _replies.Writer.TryWrite(new InferReply
        {
            Id = id,
            QueuedFrames = (uint)ahead.Frames,
            WorkAheadMs = Milliseconds(ahead),
            Answer = new Answer
            {
                ClassIndex = (uint)answer.Class,
                Exit = (uint)answer.Exit,
                Score = answer.Score,
                Probability = answer.Probability,
            },
        });
    }

    /// <param name="ahead">Where the caller is to learn of it.</param>
    public void Fail(ulong id, Failure.Types.Kind kind, string reason, WorkAhead ahead = default)
    {
        load.FrameFailed();
        _replies.Writer.TryWrite(new InferReply
        {
            Id = id,
            QueuedFrames = (uint)ahead.Frames,
            WorkAheadMs = Milliseconds(ahead),
            Failure = new Failure { Kind = kind, Reason = reason },
        });
    }

    /// <summary>The call is over: replies that still come go nowhere.</summary>
    public void Complete() => _replies.Writer.TryComplete();

    private static uint Milliseconds(WorkAhead ahead) => (uint)Math.Min(ahead.Milliseconds, uint.MaxValue);
}
