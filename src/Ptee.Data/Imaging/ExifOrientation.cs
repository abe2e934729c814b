using System.Buffers.Binary;
using SkiaSharp;

namespace Ptee.Data.Imaging;

/// <summary>The one tag of EXIF that changes a picture.</summary>
/// <remarks>Source: EXIF 2.32, 4.5.2 (the TIFF header) and 4.6.2 (directories), tag 0x0112.</remarks>
internal static class ExifOrientation
{
    private const int HeaderBytes = 8;
    private const int EntryBytes = 12;
    private const int Tag = 0x0112;
    private const int Short = 3;

    /// <param name="tiff">From the byte order on; may be anything.</param>
    /// <returns>As stored where nothing, or nothing that is allowed, is said.</returns>
    public static SKEncodedOrigin Find(ReadOnlySpan<byte> tiff)
    {
        var isBig = tiff.StartsWith("MM\0*"u8);
        if (tiff.Length < HeaderBytes || (!isBig && !tiff.StartsWith("II*\0"u8)))
        {
            return SKEncodedOrigin.TopLeft;
        }

        var directory = isBig ? BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]);
        if (directory > tiff.Length - sizeof(ushort))
        {
            return SKEncodedOrigin.TopLeft;
        }

        var entries = tiff[((int)directory + sizeof(ushort))..];
        for (var left = Number(tiff, (int)directory); left > 0 && entries.Length >= EntryBytes; left--)
        {
            if (Number(entries, 0) == Tag)
            {
                var value = Number(entries, 8);
                return Number(entries, 2) == Short && value is >= (int)SKEncodedOrigin.TopLeft and <= (int)SKEncodedOrigin.LeftBottom
                    ? (SKEncodedOrigin)value // Numbered as EXIF numbers them.
                    : SKEncodedOrigin.TopLeft;
            }

            entries = entries[EntryBytes..];
        }

        return SKEncodedOrigin.TopLeft;

        int Number(ReadOnlySpan<byte> from, int at) => isBig
            ? BinaryPrimitives.ReadUInt16BigEndian(from[at..])
            : BinaryPrimitives.ReadUInt16LittleEndian(from[at..]);
    }
}
