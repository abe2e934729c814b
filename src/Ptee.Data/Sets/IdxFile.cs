using System.Buffers.Binary;
using Ptee.Shared;

namespace Ptee.Data.Sets;

/// <summary>An IDX file of unsigned bytes: MNIST's format.</summary>
/// <param name="Dimensions">Outermost first.</param>
/// <param name="Values">As many as the dimensions' product; a view of the file's bytes.</param>
/// <remarks>Source: yann.lecun.com/exdb/mnist, "the IDX file format": 0, 0, type (8 = unsigned byte), number of
/// dimensions, then each as a big-endian 32-bit integer, then the values, the last dimension fastest.</remarks>
internal sealed record IdxFile(IReadOnlyList<int> Dimensions, ReadOnlyMemory<byte> Values)
{
    private const byte UnsignedByte = 8;

    public override string ToString() => string.Join('x', Dimensions);

    /// <param name="name">For messages.</param>
    /// <param name="dimensions">How many it must have.</param>
    /// <exception cref="PteeFormatException">Another type or number of dimensions, or a length that does not fit
    /// them.</exception>
    public static IdxFile Parse(byte[] file, string name, int dimensions)
    {
        byte[] magic = [0, 0, UnsignedByte, (byte)dimensions];
        var head = magic.Length + (sizeof(int) * dimensions);
        if (file.Length < head || !file.AsSpan().StartsWith(magic))
        {
            var came = Convert.ToHexString(file.AsSpan(0, Math.Min(4, file.Length)));
            throw new PteeFormatException(
                $"{name}: not an IDX file of {dimensions} dimensions: it begins with {came}, " +
                $"expected {Convert.ToHexString(magic)}");
        }

        var sizes = new int[dimensions];
        UInt128 product = 1; // Four dimensions of 32 bits at most: it cannot overflow.
        for (var i = 0; i < dimensions; i++)
        {
            var size = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(magic.Length + (sizeof(int) * i)));
            product *= size;
            sizes[i] = (int)Math.Min(size, int.MaxValue);
        }

        return product == (UInt128)(file.Length - head)
            ? new IdxFile(sizes, file.AsMemory(head))
            : throw new PteeFormatException(
                $"{name}: {file.Length - head} values, expected {string.Join('x', sizes)} = {product}");
    }
}
