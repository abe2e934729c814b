using System.Buffers.Binary;

namespace Ptee.Data.Sets;

/// <summary>The 8 bytes that a data element of a MAT-file begins with.</summary>
/// <param name="Bytes">Length of the content, without padding; whatever the file says.</param>
/// <param name="IsSmall">The content is in the tag: its last 4 bytes.</param>
internal readonly record struct MatTag(MatType Type, uint Bytes, bool IsSmall)
{
    public const int Size = 8;

    /// <summary>Where a small element's content begins.</summary>
    public const int SmallAt = 4;

    /// <param name="tag"><see cref="Size"/> bytes.</param>
    public static MatTag Parse(ReadOnlySpan<byte> tag)
    {
        // A type takes 16 bits at most: what is above them is a small element's length.
        var word = BinaryPrimitives.ReadUInt32LittleEndian(tag);
        return word >> 16 == 0
            ? new MatTag((MatType)word, BinaryPrimitives.ReadUInt32LittleEndian(tag[SmallAt..]), IsSmall: false)
            : new MatTag((MatType)(word & 0xFFFF), word >> 16, IsSmall: true);
    }

    public override string ToString() => $"{Bytes} bytes of type {Type}";
}
