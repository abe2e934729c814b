using Ptee.Shared.Exits;
using Ptee.Shared.Inference;
using Ptee.Shared.Wire;

namespace Ptee.Server.Scheduling;

/// <summary>A decoded frame on its way through the queue and the worker. It is replied to once at most.</summary>
internal sealed class WaitingFrame
{
    private bool _done;

    public required ulong Id { get; init; }

    /// <summary>What it needs next; at first after the cut that it was handed over at, or 0 for a picture.</summary>
    public required int Segment { get; set; }

    /// <summary>The first that is asked here: the device asked those before.</summary>
    public required int FirstExit { get; init; }

    /// <summary>Begins with (C, H, W) of what <see cref="Segment"/> takes, or of its latent; from the pool, and goes back there.</summary>
    public required float[] Features { get; init; }

    /// <summary>Whether <see cref="Features"/> are the latent still, which the cut's decoder makes features of.</summary>
    public bool IsLatent { get; set; }

    public required ExitPolicy Policy { get; init; }

    public required FrameDeadline Deadline { get; init; }

    public required ReplySink Replies { get; init; }

    /// <summary>Cancelled once nobody waits for the reply.</summary>
    public required CancellationToken Caller { get; init; }

    /// <summary>Whether a frame of a connection that holds less took its place in the queue.</summary>
    public bool GaveWay { get; set; }

    /// <summary>Whether both fit in one batch: same segment next, and the same rule at every exit that is still ahead.</summary>
    public bool CanRunWith(WaitingFrame other) => Segment == other.Segment
        && (Segment >= FirstExit) == (Segment >= other.FirstExit) && Policy.IsSameFrom(Segment, other.Policy);

    /// <summary>Whether its answer is of no use any more.</summary>
    public bool IsUnwanted => Caller.IsCancellationRequested || Deadline.HasPassed;

    /// <summary>It will not run: says so to whoever still waits for its answer.</summary>
    public void Drop()
    {
        if (Caller.IsCancellationRequested)
        {
            _done = true;
        }
        else if (GaveWay)
        {
            Fail(Failure.Types.Kind.ResourceExhausted, "the server's queue is full, and this connection holds the most of it");
        }
        else
        {
            Fail(
                Failure.Types.Kind.DeadlineExceeded,
                $"the deadline of {Deadline.Milliseconds} ms passed before the frame's turn came");
        }
    }

    public void Answer(ExitAnswer answer, WorkAhead ahead)
    {
        if (!float.IsFinite(answer.Probability))
        {
            // Finite values can still be so large that the network's sums are not.
            Fail(Failure.Types.Kind.BadFrame, $"the features overflow: exit {answer.Exit} has no finite probability");
        }
        else if (!_done)
        {
            _done = true;
            Replies.Answer(Id, answer, ahead);
        }
    }

    public void Fail(Failure.Types.Kind kind, string reason)
    {
        if (!_done)
        {
            _done = true;
            Replies.Fail(Id, kind, reason);
        }
    }
}
