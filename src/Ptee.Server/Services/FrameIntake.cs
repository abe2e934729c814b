using Ptee.Server.Hosting;
using Ptee.Server.Scheduling;
using Ptee.Shared;
using Ptee.Shared.Features;
using Ptee.Shared.IO;
using Ptee.Shared.Wire;

namespace Ptee.Server.Services;

/// <summary>Checks and decodes frames and queues them; what is wrong with one is answered at once.</summary>
internal sealed class FrameIntake(ServedModel model, FrameQueue queue, FeaturePool pool, TimeProvider time)
{
    /// <param name="payload">As it came.</param>
    /// <param name="caller">Cancelled once nobody waits for the reply.</param>
    public void Take(
        Agreement agreement,
        FrameFields fields,
        ReadOnlySpan<byte> payload,
        ReplySink replies,
        CancellationToken caller)
    {
        var deadline = new FrameDeadline(time, time.GetTimestamp(), fields.DeadlineMs);
        try
        {
            var cut = RequireCut(fields.Cut);
            var codec = RequireCodec(agreement, fields.Codec, cut, payload.Length);
            var frame = new WaitingFrame
            {
                Id = fields.Id,
                Segment = codec.Input == CodecInput.Picture ? 0 : cut + 1,
                FirstExit = cut + 1,
                Features = Decode(codec, payload),
                IsLatent = codec.Input == CodecInput.Latent,
                Policy = agreement.Policy,
                Deadline = deadline,
                Replies = replies,
                Caller = caller,
            };
            if (!queue.TryAdd(frame))
            {
                pool.Return(frame.Features);
                replies.Fail(
                    fields.Id,
                    Failure.Types.Kind.ResourceExhausted,
                    $"the server's queue is full: {queue.Limit} frames wait",
                    queue.Ahead());
            }
        }
        catch (PteeFormatException exception)
        {
            replies.Fail(fields.Id, Failure.Types.Kind.BadFrame, Printable.Clip(exception.Message, Refusals.MaxMessage));
        }
    }

    private int RequireCut(uint? cut)
    {
        var deepest = model.Manifest.Cuts.Length - 1;
        return cut switch
        {
            null => throw new PteeFormatException("no frame of this stream has given its cut yet"),
            { } given when given > deepest => throw new PteeFormatException($"cut {given}, expected 0 to {deepest}"),
            { } given => (int)given,
        };
    }

    private static IFeatureCodec RequireCodec(Agreement agreement, uint codec, int cut, int bytes)
    {
        if (codec >= agreement.Codecs.Count)
        {
            throw new PteeFormatException(
                $"codec {codec}, expected 0 to {agreement.Codecs.Count - 1}, an index into Hello's");
        }

        var decoder = agreement.Codecs[(int)codec][cut]
            ?? throw new PteeFormatException($"codec {codec}: this bundle has no tables for it at cut {cut}");
        return bytes <= decoder.MaxPayloadBytes
            ? decoder
            : throw new PteeFormatException($"{decoder.Name}: expected at most {decoder.MaxPayloadBytes} bytes at cut {cut}, got {bytes}");
    }

    private float[] Decode(IFeatureCodec codec, ReadOnlySpan<byte> payload)
    {
        var features = pool.Rent();
        try
        {
            codec.Decode(payload, features.AsSpan(0, codec.Shape.Count));
            return features;
        }
        catch
        {
            pool.Return(features);
            throw;
        }
    }
}
