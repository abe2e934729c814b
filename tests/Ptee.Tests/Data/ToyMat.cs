using System.IO.Compression;
using System.Text;

namespace Ptee.Tests.Data;

/// <summary>Writes MAT-files of level 5 as their description says, and wrong ones where a test asks for it.</summary>
internal static class ToyMat
{
    public const int UInt8 = 2;
    public const int Double = 9;
    public const int Matrix = 14;
    public const int Packed = 15;

    public static byte[] File(params byte[][] variables) =>
        [.. Enumerable.Repeat((byte)' ', 124), 0, 1, (byte)'I', (byte)'M', .. variables.SelectMany(v => v)];

    /// <summary>A tag, the content, and zeros up to a multiple of 8 bytes.</summary>
    public static byte[] Element(int type, byte[] content, int? claimed = null) =>
    [
        .. BitConverter.GetBytes(type), .. BitConverter.GetBytes(claimed ?? content.Length), .. content,
        .. new byte[type == Packed ? 0 : (8 - (content.Length % 8)) % 8],
    ];

    /// <summary>An element of up to 4 bytes that lie in its tag.</summary>
    public static byte[] Small(int type, byte[] content) =>
        [.. BitConverter.GetBytes(type | (content.Length << 16)), .. content, .. new byte[4 - content.Length]];

    /// <summary>A numeric variable whose values are stored as <paramref name="type"/>.</summary>
    public static byte[] Variable(
        string name, int[] dimensions, byte[] values, int type = UInt8, byte arrayClass = 9, byte flags = 0) =>
        Element(
            Matrix,
            [
                .. Element(type: 6, [arrayClass, flags, 0, 0, 0, 0, 0, 0]),
                .. Element(type: 5, [.. dimensions.SelectMany(size => BitConverter.GetBytes(size))]),
                .. Element(type: 1, Encoding.Latin1.GetBytes(name)),
                .. Element(type, values),
            ]);

    /// <summary>The element in a zlib stream, which takes no padding.</summary>
    public static byte[] Pack(byte[] element)
    {
        using var result = new MemoryStream();
        using (var zlib = new ZLibStream(result, CompressionLevel.Fastest))
        {
            zlib.Write(element);
        }

        return Element(Packed, result.ToArray());
    }
}
