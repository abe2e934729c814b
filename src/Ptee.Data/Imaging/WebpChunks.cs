using System.Buffers.Binary;
using Ptee.Shared;

namespace Ptee.Data.Imaging;

/// <summary>Counts a WebP file's chunks: the codec keeps something of each.</summary>
/// <remarks>Source: WebP Container Specification, "RIFF file format".</remarks>
internal static class WebpChunks
{
    private const int RiffBytes = 12;
    private const int HeadBytes = 8;

    public static bool Begin(ReadOnlySpan<byte> file) =>
        file.Length >= RiffBytes && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8);

    /// <exception cref="PteeFormatException">Too many.</exception>
    public static void Check(ReadOnlySpan<byte> webp, string name)
    {
        var count = 0;
        for (long at = RiffBytes; webp.Length - at >= HeadBytes; count++)
        {
            if (count == Pictures.MaxParts)
            {
                throw EncodedPicture.TooMany(name, "chunks", Pictures.MaxParts);
            }

            long length = BinaryPrimitives.ReadUInt32LittleEndian(webp[((int)at + 4)..]);
            at += HeadBytes + length + (length & 1); // Filled up to an even length.
        }
    }
}
