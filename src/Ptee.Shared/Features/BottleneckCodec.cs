using System.Buffers;
using Ptee.Shared.Features.Quant;

namespace Ptee.Shared.Features;

/// <summary>
/// The latent of a bottleneck, coded as <see cref="QuantCodec"/> codes features. Encoder and decoder run on an engine, before
/// and after this: what travels and what it stands for are the same on every machine, whatever computed the latent.
/// </summary>
/// <param name="name">Of the rate.</param>
/// <param name="latent">Shape of the latent.</param>
/// <param name="tables">Of the rate.</param>
/// <exception cref="PteeFormatException">The tables are not for that shape.</exception>
public sealed class BottleneckCodec(string name, FeatureShape latent, QuantTables tables) : IFeatureCodec
{
    private readonly QuantCodec _levels = new(latent, tables);

    public string Name => name;

    public FeatureShape Shape => latent;

    public CodecInput Input => CodecInput.Latent;

    public int MaxPayloadBytes => _levels.MaxPayloadBytes;

    public void Encode(ReadOnlySpan<float> values, IBufferWriter<byte> output) => _levels.Encode(values, output);

    public void Decode(ReadOnlySpan<byte> payload, Span<float> values) => _levels.Decode(payload, values);
}
