using Ptee.Server.Hosting;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Inference;

namespace Ptee.Server.Scheduling;

/// <summary>Runs batches through one segment at a time. For one thread.</summary>
internal sealed class BatchRunner(ServedModel model, IEngine engine, FrameQueue queue, FeaturePool pool, TimeProvider time)
{
    private readonly Manifest _manifest = model.Manifest;
    private readonly Cascade _cascade = new(model.Manifest, engine);
    private readonly Pace _pace = new();
    private float[] _input = [];
    private float[] _latents = [];
    private float[] _decoded = [];

    /// <summary>Replies to each frame, or queues it for the segment after.</summary>
    /// <param name="batch">Frames that need the same segment next and have the same rule at the exits ahead.</param>
    public void Run(IReadOnlyList<WaitingFrame> batch)
    {
        var segment = batch[0].Segment;
        var size = _manifest.ShapeBefore(segment).Count;
        var start = time.GetTimestamp();
        var input = Latents(batch) is > 0 and var latents ? Decode(batch, segment - 1, latents, size) : Gather(batch, size);
        var result = _cascade.Run(segment, segment, batch.Count, input, batch[0].Policy, judged: null, batch[0].FirstExit);
        _pace.Add(time.GetElapsedTime(start), batch.Count - result.Remaining.Length);
        queue.SetPace(_pace.MillisecondsAFrame);
        var ahead = queue.Ahead(coming: result.Remaining.Length);
        var answers = result.Answers.Span;
        var remaining = result.Remaining.Span;
        var after = _manifest.ShapeAfter(segment).Count;
        var stay = 0;
        for (var row = 0; row < batch.Count; row++)
        {
            // Remaining is in order.
            if (stay < remaining.Length && remaining[stay] == row)
            {
                result.Features.Span.Slice(stay * after, after).CopyTo(batch[row].Features);
                batch[row].IsLatent = false;
                batch[row].Segment++;
                queue.AddAgain(batch[row]);
                stay++;
            }
            else
            {
                batch[row].Answer(answers[row], ahead);
                pool.Return(batch[row].Features);
            }
        }
    }

    /// <summary>One run through all that a frame can ask for, so that the first one does not pay for it.</summary>
    public void WarmUp()
    {
        _cascade.Run(
            first: 0,
            last: _manifest.SegmentCount - 1,
            count: 1,
            new float[_manifest.ShapeBefore(0).Count],
            ExitPolicy.Uniform(Gates.MaxProbability, ExitPolicy.Never, _manifest.Exits.Length),
            judged: null,
            firstExit: 1);
        foreach (var (cut, place) in _manifest.Cuts.Index().Where(cut => cut.Item.Bottleneck is not null))
        {
            engine.RunDecoder(cut, count: 1, new float[_manifest.LatentOf(cut).Count], new float[place.Shape.Count]);
        }
    }

    private static int Latents(IReadOnlyList<WaitingFrame> batch)
    {
        var count = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            count += batch[i].IsLatent ? 1 : 0;
        }

        return count;
    }

    /// <summary>Makes features of what came as a latent; the frames of a batch may be of both kinds.</summary>
    private ReadOnlyMemory<float> Decode(IReadOnlyList<WaitingFrame> batch, int cut, int latents, int size)
    {
        var latent = _manifest.LatentOf(cut).Count;
        Grow(ref _latents, latents * latent);
        for (var (i, row) = (0, 0); i < batch.Count; i++)
        {
            if (batch[i].IsLatent)
            {
                batch[i].Features.AsSpan(0, latent).CopyTo(_latents.AsSpan(row++ * latent));
            }
        }

        Grow(ref _decoded, latents * size);
        engine.RunDecoder(cut, latents, _latents.AsSpan(0, latents * latent), _decoded.AsSpan(0, latents * size));
        if (latents == batch.Count)
        {
            return _decoded.AsMemory(0, latents * size); // The usual case: the segment reads what the decoder wrote.
        }

        Grow(ref _input, batch.Count * size);
        for (var (i, row) = (0, 0); i < batch.Count; i++)
        {
            var features = batch[i].IsLatent ? _decoded.AsSpan(row++ * size, size) : batch[i].Features.AsSpan(0, size);
            features.CopyTo(_input.AsSpan(i * size));
        }

        return _input.AsMemory(0, batch.Count * size);
    }

    /// <summary>A single frame is copied too: an engine that binds memory binds this once, where frames lie in as many places as there are.</summary>
    private ReadOnlyMemory<float> Gather(IReadOnlyList<WaitingFrame> batch, int size)
    {
        Grow(ref _input, batch.Count * size);
        for (var row = 0; row < batch.Count; row++)
        {
            batch[row].Features.AsSpan(0, size).CopyTo(_input.AsSpan(row * size));
        }

        return _input.AsMemory(0, batch.Count * size);
    }

    private static void Grow(ref float[] buffer, int values)
    {
        if (buffer.Length < values)
        {
            buffer = new float[values];
        }
    }
}
