using System.Buffers;
using Ptee.Shared.Features;

namespace Ptee.Data.Codecs;

/// <summary>Writes what is handed over with the codec that needs the fewest bytes. For one thread.</summary>
/// <param name="codecs">At least one, as <see cref="HandoverCodecs"/> makes them: at most one of features or
/// their latent, and first; the others of pictures.</param>
public sealed class FrameCoder(IFeatureCodec[] codecs)
{
    /// <summary>A lossless picture is hardly ever shorter than its pixels by more than this, and trying takes the device time.</summary>
    private const int MostShrinking = 5;

    private readonly ArrayBufferWriter<byte> _trial = new();

    /// <summary>The codec of features or their latent; null when pictures are sent.</summary>
    public IFeatureCodec? Inner { get; } = codecs.FirstOrDefault(codec => codec.Input != CodecInput.Picture);

    /// <param name="values">What <see cref="Inner"/> codes; not looked at without.</param>
    /// <param name="picture">Normalized, (3, H, W).</param>
    /// <param name="payload">Empty; receives the shortest.</param>
    /// <returns>Its index among the codecs.</returns>
    public int Code(ReadOnlySpan<float> values, ReadOnlySpan<float> picture, ArrayBufferWriter<byte> payload)
    {
        var shortest = 0;
        codecs[0].Encode(codecs[0].Input == CodecInput.Picture ? picture : values, payload);
        for (var i = 1; i < codecs.Length; i++)
        {
            if (Inner is not null && payload.WrittenCount <= picture.Length / MostShrinking)
            {
                break;
            }

            _trial.ResetWrittenCount();
            codecs[i].Encode(picture, _trial);
            if (_trial.WrittenCount < payload.WrittenCount)
            {
                payload.ResetWrittenCount();
                payload.Write(_trial.WrittenSpan);
                shortest = i;
            }
        }

        return shortest;
    }

    /// <summary>Every codec once: a library's first use is many times slower than the next.</summary>
    public void WarmUp(ReadOnlySpan<float> values, ReadOnlySpan<float> picture)
    {
        foreach (var codec in codecs)
        {
            _trial.ResetWrittenCount();
            codec.Encode(codec.Input == CodecInput.Picture ? picture : values, _trial);
        }
    }
}
