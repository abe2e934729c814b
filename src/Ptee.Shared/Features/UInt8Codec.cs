using System.Buffers;

namespace Ptee.Shared.Features;

/// <summary>One byte a value: each channel's clip range from the bundle is cut into 255 equal steps.</summary>
/// <remarks>
/// Payload: one byte a value, (C, H, W), no header. Byte b of channel c stands for low(c) + b · (high(c) − low(c)) / 255.
/// Error: at most half a step inside the clip range; values outside are clipped.
/// Source: uniform affine quantization, Jacob et al. 2018, arXiv:1712.05877, eq. 1.
/// </remarks>
public sealed class UInt8Codec : IFeatureCodec
{
    private const int Steps = byte.MaxValue;
    private readonly FeatureShape _shape;
    private readonly float[] _lows;
    private readonly float[] _steps;

    /// <param name="clips">One a channel.</param>
    /// <exception cref="PteeFormatException">The number of clips or a range is wrong.</exception>
    public UInt8Codec(FeatureShape shape, IReadOnlyList<ClipRange> clips)
    {
        if (clips.Count != shape.Channels)
        {
            throw new PteeFormatException($"{Name}: {clips.Count} clip ranges, expected {shape.Channels} for {shape}");
        }

        for (var channel = 0; channel < clips.Count; channel++)
        {
            clips[channel].Validate(channel);
        }

        _shape = shape;
        _lows = [.. clips.Select(clip => clip.Low)];
        _steps = [.. clips.Select(clip => (clip.High - clip.Low) / Steps)];
    }

    public string Name => FeatureCodecs.UInt8;

    public int MaxPayloadBytes => _shape.Count;

    public void Encode(ReadOnlySpan<float> values, IBufferWriter<byte> output)
    {
        var bytes = output.GetSpan(_shape.Count);
        var plane = _shape.Height * _shape.Width;
        for (var channel = 0; channel < _shape.Channels; channel++)
        {
            var (low, step) = (_lows[channel], _steps[channel]);
            for (var i = channel * plane; i < (channel + 1) * plane; i++)
            {
                bytes[i] = (byte)MathF.Round(Math.Clamp((values[i] - low) / step, 0, Steps));
            }
        }

        output.Advance(_shape.Count);
    }

    public void Decode(ReadOnlySpan<byte> payload, Span<float> values)
    {
        FeatureCodecs.RequireLength(Name, _shape, _shape.Count, payload.Length);
        var plane = _shape.Height * _shape.Width;
        for (var i = 0; i < payload.Length; i++)
        {
            var channel = i / plane;
            values[i] = _lows[channel] + (payload[i] * _steps[channel]);
        }
    }
}
