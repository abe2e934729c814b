using System.Buffers.Binary;
using Ptee.Shared;

namespace Ptee.Data.Imaging;

/// <summary>
/// Counts a JPEG file's segments and scans as a decoder comes to them. A progressive file may go over all pixels once
/// more for a few bytes.
/// </summary>
/// <remarks>Source: ITU-T T.81, annex B: markers, and stuffed zeros in coded data.</remarks>
internal static class JpegSegments
{
    private const byte Mark = 0xFF;
    private const byte Temporary = 0x01;
    private const byte FirstRestart = 0xD0;
    private const byte Start = 0xD8;
    private const byte End = 0xD9;
    private const byte Scan = 0xDA;
    private const int LengthBytes = 2;

    public static bool Begin(ReadOnlySpan<byte> file) => file.StartsWith([Mark, Start]);

    /// <exception cref="PteeFormatException">Too many of either.</exception>
    public static void Check(ReadOnlySpan<byte> jpeg, string name)
    {
        var (segments, scans) = (0, 0);
        var rest = jpeg[2..];
        while (Next(ref rest) is { } marker && marker != End)
        {
            if (++segments > Pictures.MaxParts)
            {
                throw EncodedPicture.TooMany(name, "segments", Pictures.MaxParts);
            }

            if (marker == Scan && ++scans > Pictures.MaxScans)
            {
                throw EncodedPicture.TooMany(name, "scans", Pictures.MaxScans);
            }

            if (rest.Length < LengthBytes)
            {
                return;
            }

            rest = rest[Math.Min(rest.Length, Math.Max(LengthBytes, (int)BinaryPrimitives.ReadUInt16BigEndian(rest)))..];
        }
    }

    /// <summary>Leaves <paramref name="rest"/> behind the next marker of a segment; coded data is passed over.</summary>
    private static byte? Next(ref ReadOnlySpan<byte> rest)
    {
        while (rest.IndexOf(Mark) is >= 0 and var at)
        {
            rest = rest[at..].TrimStart(Mark); // A marker may have several of them before it.
            if (rest.IsEmpty)
            {
                return null;
            }

            var marker = rest[0];
            rest = rest[1..];
            if (marker is not (0 or Temporary or (>= FirstRestart and <= Start)))
            {
                return marker;
            }
        }

        return null;
    }
}
