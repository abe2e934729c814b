using System.Buffers.Binary;
using System.Text;
using Ptee.Shared;
using Ptee.Shared.IO;
using SkiaSharp;

namespace Ptee.Data.Imaging;

/// <summary>
/// Keeps a PNG file's chunks that its pixels need: texts, profiles and their like cost the codec time that grows with the
/// square of their length. The orientation among them is taken out here, as the codec knows none.
/// </summary>
/// <remarks>Source: PNG specification, third edition, 5.3 (chunks), 11.2 and 11.3.</remarks>
internal static class PngChunks
{
    private const int HeadBytes = 8; // Length and type.
    private const int CrcBytes = 4;
    private const byte AncillaryBit = 0x20; // Lower case: the picture is whole without it.

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    public static bool Begin(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    /// <exception cref="PteeFormatException">Too many chunks, or one that is needed and not known, or too long.</exception>
    public static EncodedPicture Check(ReadOnlySpan<byte> png, string name)
    {
        byte[]? kept = null; // Until something is left out the file itself will do.
        var (at, length, count) = (Signature.Length, Signature.Length, 0);
        var origin = SKEncodedOrigin.TopLeft;
        var isOver = false;
        while (!isOver && png.Length - at >= HeadBytes)
        {
            if (++count > Pictures.MaxParts)
            {
                throw EncodedPicture.TooMany(name, "chunks", Pictures.MaxParts);
            }

            var type = png.Slice(at + 4, 4);
            var claimed = HeadBytes + CrcBytes + (long)BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            var chunk = png.Slice(at, (int)Math.Min(claimed, png.Length - at));
            if (IsNeeded(type, claimed, name))
            {
                if (kept is not null)
                {
                    chunk.CopyTo(kept.AsSpan(length));
                }

                length += chunk.Length;
            }
            else
            {
                kept ??= [.. png];
                origin = type.SequenceEqual("eXIf"u8) ? ExifOrientation.Find(chunk[HeadBytes..]) : origin;
            }

            at += chunk.Length;
            isOver = type.SequenceEqual("IEND"u8);
        }

        return new EncodedPicture(kept is null ? png[..length] : kept.AsSpan(0, length), origin);
    }

    private static bool IsNeeded(ReadOnlySpan<byte> type, long claimed, string name)
    {
        if (type.SequenceEqual("IDAT"u8))
        {
            return true;
        }

        var most = MostBytes(type);
        if (most is null && (type[0] & AncillaryBit) != 0)
        {
            return false;
        }

        return claimed - HeadBytes - CrcBytes <= (most ?? -1) ? true : throw new PteeFormatException(
            $"{name}: the picture is damaged (chunk {Printable.Quote(Encoding.Latin1.GetString(type))})");
    }

    /// <summary>Of a chunk that pixels need besides the data; null for others.</summary>
    private static int? MostBytes(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("IHDR"u8) ? 13
        : type.SequenceEqual("PLTE"u8) ? 768
        : type.SequenceEqual("tRNS"u8) ? 256
        : type.SequenceEqual("IEND"u8) ? 0
        : null;
}
