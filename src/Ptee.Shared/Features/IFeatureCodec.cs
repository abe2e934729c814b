using System.Buffers;

namespace Ptee.Shared.Features;

/// <summary>
/// Turns what one image is at one cut, its features, their latent or the picture itself, into bytes and back. Made for a cut: shape and
/// tables are known before the first byte comes, so nothing on the wire can change what is allocated. Stateless and safe to share
/// between threads.
/// </summary>
public interface IFeatureCodec
{
    string Name { get; }

    /// <summary>Of what it codes.</summary>
    FeatureShape Shape { get; }

    CodecInput Input => CodecInput.Features;

    /// <summary>Payloads longer than this are refused unread.</summary>
    int MaxPayloadBytes { get; }

    /// <param name="values">(C, H, W) row-major, as many as <see cref="Shape"/> says.</param>
    void Encode(ReadOnlySpan<float> values, IBufferWriter<byte> output);

    /// <param name="values">Receives (C, H, W), as many as <see cref="Shape"/> says; undefined after an exception.</param>
    /// <exception cref="PteeFormatException">The payload is not one that <see cref="Encode"/> writes for this cut.</exception>
    void Decode(ReadOnlySpan<byte> payload, Span<float> values);
}
