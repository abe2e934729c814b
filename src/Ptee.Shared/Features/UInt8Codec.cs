using System.Buffers;
using System.Numerics;

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

    public FeatureShape Shape => _shape;

    public int MaxPayloadBytes => _shape.Count;

    public void Encode(ReadOnlySpan<float> values, IBufferWriter<byte> output)
    {
        var bytes = output.GetSpan(_shape.Count);
        var plane = _shape.Height * _shape.Width;
        for (var channel = 0; channel < _shape.Channels; channel++)
        {
            Encode(values.Slice(channel * plane, plane), bytes.Slice(channel * plane, plane), _lows[channel], _steps[channel]);
        }

        output.Advance(_shape.Count);
    }

    public void Decode(ReadOnlySpan<byte> payload, Span<float> values)
    {
        FeatureCodecs.RequireLength(Name, _shape, _shape.Count, payload.Length);
        var plane = _shape.Height * _shape.Width;
        for (var channel = 0; channel < _shape.Channels; channel++)
        {
            Decode(payload.Slice(channel * plane, plane), values.Slice(channel * plane, plane), _lows[channel], _steps[channel]);
        }
    }

    /// <summary>One channel. The vectors do what the loop after them does to the rest.</summary>
    private static void Encode(ReadOnlySpan<float> values, Span<byte> bytes, float low, float step)
    {
        var i = 0;
        for (; i + Vector<byte>.Count <= values.Length; i += Vector<byte>.Count)
        {
            var from = values.Slice(i, Vector<byte>.Count);
            Vector.Narrow(
                Vector.Narrow(Level(from, 0, low, step), Level(from, 1, low, step)),
                Vector.Narrow(Level(from, 2, low, step), Level(from, 3, low, step))).CopyTo(bytes[i..]);
        }

        for (; i < values.Length; i++)
        {
            bytes[i] = (byte)MathF.Round(Math.Clamp((values[i] - low) / step, 0, Steps));
        }
    }

    private static Vector<uint> Level(ReadOnlySpan<float> values, int quarter, float low, float step)
    {
        var x = (new Vector<float>(values[(quarter * Vector<float>.Count)..]) - new Vector<float>(low)) / new Vector<float>(step);
        // Never negative; and not every processor converts to unsigned.
        return Vector.AsVectorUInt32(Vector.ConvertToInt32(Vector.Round(Vector.Min(Vector.Max(x, Vector<float>.Zero), new Vector<float>(Steps)))));
    }

    private static void Decode(ReadOnlySpan<byte> bytes, Span<float> values, float low, float step)
    {
        var i = 0;
        for (; i + Vector<byte>.Count <= bytes.Length; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(bytes[i..]), out var lower, out var upper);
            Vector.Widen(lower, out var first, out var second);
            Vector.Widen(upper, out var third, out var fourth);
            var to = values.Slice(i, Vector<byte>.Count);
            Put(to, 0, first, low, step);
            Put(to, 1, second, low, step);
            Put(to, 2, third, low, step);
            Put(to, 3, fourth, low, step);
        }

        for (; i < bytes.Length; i++)
        {
            values[i] = low + (bytes[i] * step);
        }
    }

    private static void Put(Span<float> values, int quarter, Vector<uint> levels, float low, float step) =>
        (new Vector<float>(low) + (Vector.ConvertToSingle(levels) * new Vector<float>(step))).CopyTo(values[(quarter * Vector<float>.Count)..]);
}
