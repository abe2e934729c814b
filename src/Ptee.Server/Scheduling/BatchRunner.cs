using Ptee.Server.Hosting;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Inference;

namespace Ptee.Server.Scheduling;

/// <summary>Runs a batch through the segments after its cut. For one thread.</summary>
internal sealed class BatchRunner(ServedModel model, IEngine engine)
{
    private readonly Manifest _manifest = model.Manifest;
    private readonly Cascade _cascade = new(model.Manifest, engine);

    /// <summary>Replies to each frame, or drops it.</summary>
    /// <param name="batch">Frames that fit together.</param>
    /// <remarks>
    /// One segment at a time: an image that leaves is answered at once, and before the next segment those go whose
    /// deadline has passed or whose caller has gone.
    /// </remarks>
    public void Run(IReadOnlyList<WaitingFrame> batch)
    {
        var first = batch[0].Cut + 1;
        var policy = batch[0].Policy;
        var frames = batch;
        ReadOnlyMemory<float> features = (float[])[.. batch.SelectMany(frame => frame.Features)];
        for (var segment = first; segment < _manifest.SegmentCount && frames.Count > 0; segment++)
        {
            var result = _cascade.Run(segment, segment, frames.Count, features, policy);
            (frames, features) = DropUnwanted(AnswerLeavers(frames, result), result.Features);
        }
    }

    /// <summary>One run through all that a frame can ask for, so that the first one does not pay for it.</summary>
    public void WarmUp() => _cascade.Run(
        first: 1,
        last: _manifest.SegmentCount - 1,
        count: 1,
        new float[_manifest.ShapeBefore(1).Count],
        ExitPolicy.Uniform(Gates.MaxProbability, ExitPolicy.Never, _manifest.Exits.Length));

    private static List<WaitingFrame> AnswerLeavers(IReadOnlyList<WaitingFrame> frames, CascadeResult result)
    {
        var answers = result.Answers.Span;
        var remaining = result.Remaining.Span;
        var stay = new List<WaitingFrame>(remaining.Length);
        for (var row = 0; row < frames.Count; row++)
        {
            // Remaining is in order, so the next one that stays is at the end of those found.
            if (stay.Count < remaining.Length && remaining[stay.Count] == row)
            {
                stay.Add(frames[row]);
            }
            else
            {
                frames[row].Answer(answers[row]);
            }
        }

        return stay;
    }

    /// <param name="features">One row a frame; those that stay are packed at its beginning.</param>
    private static (IReadOnlyList<WaitingFrame> Frames, ReadOnlyMemory<float> Features) DropUnwanted(
        List<WaitingFrame> frames, Memory<float> features)
    {
        int[] wanted = [.. Enumerable.Range(0, frames.Count).Where(row => !frames[row].TryDrop())];
        if (wanted.Length == frames.Count)
        {
            return (frames, features);
        }

        var size = features.Length / frames.Count;
        for (var i = 0; i < wanted.Length; i++)
        {
            features.Slice(wanted[i] * size, size).CopyTo(features[(i * size)..]);
        }

        return ([.. wanted.Select(row => frames[row])], features[..(wanted.Length * size)]);
    }
}
