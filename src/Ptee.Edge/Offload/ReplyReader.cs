using Ptee.Shared.Bundles;
using Ptee.Shared.Inference;
using Ptee.Shared.Wire;

namespace Ptee.Edge.Offload;

/// <summary>Hands the replies of a link's streams to the images that wait for them.</summary>
internal sealed class ReplyReader(Manifest manifest, WorkAhead ahead, LinkVoice voice)
{
    /// <param name="credits">Of the stream that it came on.</param>
    /// <returns>Whether it was of use, or could have been in time.</returns>
    public bool Read(InferReply reply, StreamCredits credits)
    {
        // A frame that was refused for itself says nothing of what waits.
        if (reply.Answer is not null || reply.Failure?.Kind == Failure.Types.Kind.ResourceExhausted)
        {
            var work = TimeSpan.FromMilliseconds(reply.WorkAheadMs);
            ahead.Say(work);
            voice.Heard(work);
        }

        if (!credits.TryAnswer(reply.Id, out var frame))
        {
            voice.Nonsense($"a reply to frame {reply.Id}, which waits for none");
            return false;
        }

        if (frame is null)
        {
            return true; // Late: its image has been answered already.
        }

        return reply switch
        {
            { Answer: { } answer } => Take(answer, frame),
            { Failure: { } failure } => Take(failure, frame),
            _ => Refuse(frame, $"{reply.OutcomeCase} where an answer was due"),
        };
    }

    private bool Take(Answer answer, PendingFrame frame)
    {
        if (AnswerCheck.WhatIsWrong(answer, frame.Cut, manifest) is { } wrong)
        {
            return Refuse(frame, wrong);
        }

        frame.Complete(
            OffloadStatus.Answered, new ExitAnswer((int)answer.Exit, (int)answer.ClassIndex, answer.Score, answer.Probability));
        return true;
    }

    private bool Take(Failure failure, PendingFrame frame)
    {
        voice.Failed(failure.Reason);
        frame.Complete(OffloadStatus.Refused);
        return true;
    }

    private bool Refuse(PendingFrame frame, string wrong)
    {
        voice.Nonsense(wrong);
        frame.Complete(OffloadStatus.Nonsense);
        return false;
    }
}
