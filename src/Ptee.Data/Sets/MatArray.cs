using System.Buffers.Binary;
using System.Text;
using Ptee.Shared;

namespace Ptee.Data.Sets;

/// <summary>A variable of a MAT-file: an array of real numbers.</summary>
/// <param name="Type">How the numbers are stored. A MATLAB double is stored in fewer bytes where that loses nothing,
/// so this is not the variable's class.</param>
/// <param name="Dimensions">Two or more, the fastest first: rows, columns and so on.</param>
/// <param name="Values">Little-endian, as many as the dimensions' product.</param>
internal sealed record MatArray(string Name, MatType Type, IReadOnlyList<int> Dimensions, byte[] Values)
{
    private const int MaxDimensions = 32;
    private const int MaxNameBytes = 63; // MATLAB's own limit.
    private const byte DoubleClass = 6; // The numeric classes are 6 to 15, in one row.
    private const byte UInt64Class = 15;
    private const byte ComplexFlag = 8;

    public override string ToString() => $"{string.Join('x', Dimensions)} of type {Type}";

    /// <param name="elements">At the variable's first.</param>
    /// <param name="maxBytes">The most that the values of a variable may have, by name.</param>
    /// <returns>Null when the variable is none of these names or no array of numbers: it is not read on.</returns>
    /// <exception cref="PteeFormatException">It is complex, over its limit, cut short, damaged, or its sizes do not
    /// fit each other.</exception>
    public static MatArray? Read(MatElements elements, IReadOnlyDictionary<string, long> maxBytes)
    {
        var flags = elements.Next("array flags", MatType.UInt32, 8, 8);
        if (flags[0] is < DoubleClass or > UInt64Class)
        {
            return null;
        }

        var dimensions = ReadDimensions(elements);
        var name = Encoding.Latin1.GetString(elements.Next("name", MatType.Int8, 0, MaxNameBytes));
        if (!maxBytes.TryGetValue(name, out var max))
        {
            return null;
        }

        if ((flags[1] & ComplexFlag) != 0)
        {
            throw elements.Fault($"{name} is complex, expected real numbers");
        }

        var tag = elements.Tag("values");
        // One factor of 31 bits a step, and never above 64 bits after it: it cannot overflow.
        var needed = dimensions.Aggregate(
            (UInt128)BytesOf(tag.Type), (product, size) => UInt128.Min(product * (uint)size, ulong.MaxValue));
        if (needed != tag.Bytes || needed == 0)
        {
            throw elements.Fault($"{name} has {tag}, expected {string.Join('x', dimensions)} numbers");
        }

        if (needed > (UInt128)max)
        {
            throw elements.Fault($"{name} has {tag}, at most {max} are read");
        }

        var values = elements.Content(tag, "values");
        elements.End();
        return new MatArray(name, tag.Type, dimensions, values);
    }

    private static int[] ReadDimensions(MatElements elements)
    {
        var bytes = elements.Next("dimensions", MatType.Int32, 2 * sizeof(int), MaxDimensions * sizeof(int));
        var dimensions = new int[bytes.Length / sizeof(int)];
        for (var i = 0; i < dimensions.Length; i++)
        {
            dimensions[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(i * sizeof(int)));
        }

        return dimensions.All(size => size >= 0) && bytes.Length % sizeof(int) == 0
            ? dimensions
            : throw elements.Fault($"its dimensions are {string.Join('x', dimensions)} in {bytes.Length} bytes");
    }

    /// <returns>0 for what is no number.</returns>
    private static int BytesOf(MatType type) => type switch
    {
        MatType.Int8 or MatType.UInt8 => 1,
        MatType.Int16 or MatType.UInt16 => 2,
        MatType.Int32 or MatType.UInt32 or MatType.Single => 4,
        MatType.Int64 or MatType.UInt64 or MatType.Double => 8,
        _ => 0,
    };
}
