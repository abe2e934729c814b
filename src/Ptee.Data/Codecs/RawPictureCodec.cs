using System.Buffers;
using Ptee.Shared;
using Ptee.Shared.Features;
using Ptee.Shared.Preprocessing;

namespace Ptee.Data.Codecs;

/// <summary>The picture's bytes as they are, (3, size, size): what costs no computing, and what the others are measured against.</summary>
internal sealed class RawPictureCodec(string name, PreprocessingSpec preprocessing) : IFeatureCodec
{
    private readonly Normalizer _normalizer = new(preprocessing);

    public string Name => name;

    public FeatureShape Shape { get; } = new(PreprocessingSpec.Channels, preprocessing.Size, preprocessing.Size);

    public CodecInput Input => CodecInput.Picture;

    public int MaxPayloadBytes => Shape.Count;

    public void Encode(ReadOnlySpan<float> values, IBufferWriter<byte> output)
    {
        _normalizer.Denormalize(values, output.GetSpan(Shape.Count)[..Shape.Count]);
        output.Advance(Shape.Count);
    }

    public void Decode(ReadOnlySpan<byte> payload, Span<float> values)
    {
        if (payload.Length != Shape.Count)
        {
            throw new PteeFormatException($"{Name}: expected {Shape.Count} bytes for {Shape}, got {payload.Length}");
        }

        _normalizer.Normalize(payload, values);
    }
}
