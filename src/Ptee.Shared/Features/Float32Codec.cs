using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Ptee.Shared.Features;

/// <summary>The features as they are: one little-endian 32-bit float a value, no header. Exact.</summary>
public sealed class Float32Codec(FeatureShape shape) : IFeatureCodec
{
    public string Name => FeatureCodecs.Float32;

    public FeatureShape Shape => shape;

    public int MaxPayloadBytes => shape.Float32Bytes;

    public void Encode(ReadOnlySpan<float> values, IBufferWriter<byte> output)
    {
        var bytes = output.GetSpan(shape.Float32Bytes);
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(values).CopyTo(bytes);
            output.Advance(shape.Float32Bytes);
            return;
        }

        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes[(i * sizeof(float))..], values[i]);
        }

        output.Advance(shape.Float32Bytes);
    }

    public void Decode(ReadOnlySpan<byte> payload, Span<float> values)
    {
        FeatureCodecs.RequireLength(Name, shape, shape.Float32Bytes, payload.Length);
        if (BitConverter.IsLittleEndian && AreFinite(MemoryMarshal.Cast<byte, float>(payload)))
        {
            payload.CopyTo(MemoryMarshal.AsBytes(values));
            return;
        }

        for (var i = 0; i < values.Length; i++)
        {
            var value = BinaryPrimitives.ReadSingleLittleEndian(payload[(i * sizeof(float))..]);
            // A NaN would run through every layer and come out as a class like any other.
            values[i] = float.IsFinite(value)
                ? value
                : throw new PteeFormatException($"{Name}: value {i} of {shape} is {value}, expected a finite number");
        }
    }

    private static bool AreFinite(ReadOnlySpan<float> values)
    {
        var most = new Vector<float>(float.MaxValue);
        var i = 0;
        for (; i + Vector<float>.Count <= values.Length; i += Vector<float>.Count)
        {
            if (!Vector.LessThanOrEqualAll(Vector.Abs(new Vector<float>(values[i..])), most)) // False for NaN.
            {
                return false;
            }
        }

        for (; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                return false;
            }
        }

        return true;
    }
}
