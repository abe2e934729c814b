using System.Buffers;
using Ptee.Data.Imaging;
using Ptee.Shared;
using Ptee.Shared.Features;
using Ptee.Shared.Preprocessing;
using SkiaSharp;

namespace Ptee.Data.Codecs;

/// <summary>
/// The normalized picture as a picture file. What the lossless ones decode is bit for bit what was coded: normalizing a byte can be
/// undone.
/// </summary>
internal sealed class PictureCodec : IFeatureCodec
{
    /// <summary>Beside the pixels: heads, tables, and what an encoder loses on noise.</summary>
    private const int MostOverhead = 1024;

    private readonly Normalizer _normalizer;
    private readonly Func<ReadOnlySpan<byte>, int, SKData> _write;

    /// <param name="write">(3, size, size) bytes and the size, to a file's bytes.</param>
    public PictureCodec(string name, PreprocessingSpec preprocessing, Func<ReadOnlySpan<byte>, int, SKData> write)
    {
        (Name, _write) = (name, write);
        _normalizer = new Normalizer(preprocessing);
        Shape = new FeatureShape(PreprocessingSpec.Channels, preprocessing.Size, preprocessing.Size);
    }

    public string Name { get; }

    public FeatureShape Shape { get; }

    public CodecInput Input => CodecInput.Picture;

    public int MaxPayloadBytes => (2 * Shape.Count) + MostOverhead;

    public void Encode(ReadOnlySpan<float> values, IBufferWriter<byte> output)
    {
        var pixels = ArrayPool<byte>.Shared.Rent(Shape.Count);
        _normalizer.Denormalize(values, pixels.AsSpan(0, Shape.Count));
        using var file = _write(pixels.AsSpan(0, Shape.Count), Shape.Width);
        output.Write(file.AsSpan());
        ArrayPool<byte>.Shared.Return(pixels);
    }

    public void Decode(ReadOnlySpan<byte> payload, Span<float> values)
    {
        if (payload.Length > MaxPayloadBytes)
        {
            throw new PteeFormatException($"{Name}: expected at most {MaxPayloadBytes} bytes for {Shape}, got {payload.Length}");
        }

        var pixels = PictureDecoder.DecodeExactly(payload, Name, Shape.Width);
        _normalizer.Normalize(pixels, values);
    }
}
