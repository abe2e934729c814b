using System.Buffers;

namespace Ptee.Shared.Features;

/// <summary>
/// Turns one image's features at one cut, or their latent, into bytes and back. Made for a cut: shape and tables are known before the
/// first byte comes, so nothing on the wire can change what is allocated. Stateless and safe to share between threads.
/// </summary>
public interface IFeatureCodec
{
    string Name { get; }

    /// <summary>Of what it codes: the cut's features, or their latent.</summary>
    FeatureShape Shape { get; }

    /// <summary>Whether it codes what the cut's encoder makes of the features, for the cut's decoder to undo.</summary>
    bool CodesLatent => false;

    /// <summary>Payloads longer than this are refused unread.</summary>
    int MaxPayloadBytes { get; }

    /// <param name="values">(C, H, W) row-major, as many as <see cref="Shape"/> says.</param>
    void Encode(ReadOnlySpan<float> values, IBufferWriter<byte> output);

    /// <param name="values">Receives (C, H, W), as many as <see cref="Shape"/> says; undefined after an exception.</param>
    /// <exception cref="PteeFormatException">The payload is not one that <see cref="Encode"/> writes for this cut.</exception>
    void Decode(ReadOnlySpan<byte> payload, Span<float> values);
}
