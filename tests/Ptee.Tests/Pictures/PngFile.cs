using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Ptee.Tests.Imaging;

/// <summary>PNG files written chunk by chunk.</summary>
/// <remarks>Source: PNG specification, third edition, 5 and 11.</remarks>
internal static class PngFile
{
    // First: the chunks below are made with it.
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(value =>
        Enumerable.Range(0, 8).Aggregate((uint)value, (crc, _) => (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320))];

    public static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    public static readonly byte[] End = Chunk("IEND", []);

    public static byte[] Header(int width, int height)
    {
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        (head[8], head[9]) = (8, 2); // Eight bits, RGB.
        return Chunk("IHDR", head);
    }

    public static byte[] Chunk(string type, byte[] content)
    {
        byte[] summed = [.. Encoding.ASCII.GetBytes(type), .. content];
        var chunk = new byte[summed.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        summed.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(summed.Length + 4), Crc(summed));
        return chunk;
    }

    /// <summary>A whole file with some chunks before its data.</summary>
    /// <param name="data">Unpacked: a 0 and RGB pixels for each row.</param>
    public static byte[] With(byte[] chunks, int width, int height, byte[] data) =>
        [.. Signature, .. Header(width, height), .. chunks, .. Chunk("IDAT", Packed(data)), .. End];

    public static byte[] Packed(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize))
        {
            zlib.Write(data);
        }

        return packed.ToArray();
    }

    /// <summary>The same bytes many times.</summary>
    public static byte[] Repeated(byte[] bytes, int times)
    {
        var all = new byte[bytes.Length * times];
        for (var i = 0; i < times; i++)
        {
            bytes.CopyTo(all, i * bytes.Length);
        }

        return all;
    }

    /// <summary>PNG specification, annex D.</summary>
    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return ~crc;
    }
}
