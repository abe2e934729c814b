using System.Buffers.Binary;
using Ptee.Shared.IO;

namespace Ptee.Shared.Weights;

/// <summary>How a tensor's values lie in a file; always little-endian.</summary>
public sealed class ElementType
{
    /// <summary>A batch norm's counter of batches: an integer, of use only to a training that goes on.</summary>
    private const string BatchCounter = "num_batches_tracked";

    private readonly Func<ReadOnlySpan<byte>, float>? _toFloat;

    private ElementType(string name, int bytes, Func<ReadOnlySpan<byte>, float>? toFloat = null)
    {
        Name = name;
        Bytes = bytes;
        _toFloat = toFloat;
    }

    public static ElementType Float32 { get; } = new("float32", 4, BinaryPrimitives.ReadSingleLittleEndian);

    public static ElementType Float64 { get; } =
        new("float64", 8, bytes => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes));

    public static ElementType Float16 { get; } =
        new("float16", 2, bytes => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes));

    /// <summary>The upper half of a float32.</summary>
    public static ElementType BFloat16 { get; } = new(
        "bfloat16", 2, bytes => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16));

    public static ElementType Int64 { get; } = new("int64", 8);

    public static ElementType Int32 { get; } = new("int32", 4);

    public static ElementType Int16 { get; } = new("int16", 2);

    public static ElementType Int8 { get; } = new("int8", 1);

    public static ElementType UInt64 { get; } = new("uint64", 8);

    public static ElementType UInt32 { get; } = new("uint32", 4);

    public static ElementType UInt16 { get; } = new("uint16", 2);

    public static ElementType UInt8 { get; } = new("uint8", 1);

    public static ElementType Bool { get; } = new("bool", 1);

    public string Name { get; }

    /// <summary>Bytes of one value.</summary>
    public int Bytes { get; }

    /// <summary>Whether its values can become 32-bit floats.</summary>
    public bool IsFloat => _toFloat is not null;

    /// <summary>Whether the tensor <paramref name="name"/> is a weight; a batch norm's counter is not.</summary>
    /// <exception cref="PteeFormatException">Integers under any other name.</exception>
    public bool IsWeight(string name) =>
        IsFloat
        || (name.EndsWith(BatchCounter, StringComparison.Ordinal)
            ? false
            : throw new PteeFormatException(
                $"tensor {Printable.Quote(name)} holds {Name}, expected float32, float16, bfloat16 or float64"));

    /// <summary>Converts every value; a float64 beyond float32's range becomes infinite.</summary>
    /// <param name="bytes"><see cref="Bytes"/> for each of <paramref name="values"/>.</param>
    /// <exception cref="InvalidOperationException">Not a floating-point type.</exception>
    public void ToFloat32(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        var toFloat = _toFloat ?? throw new InvalidOperationException($"{Name} is not a weight's type");
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = toFloat(bytes.Slice(i * Bytes, Bytes));
        }
    }

    public override string ToString() => Name;
}
