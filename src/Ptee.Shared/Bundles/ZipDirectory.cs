using System.Buffers.Binary;

namespace Ptee.Shared.Bundles;

/// <summary>A zip's directory, held against its limits before it is read: a reader makes an object of every record that is there.</summary>
/// <remarks>Layout: APPNOTE.TXT of PKWARE, section 4.3.16. Bundles have no comment and are never so large as to need ZIP64.</remarks>
internal static class ZipDirectory
{
    private const int EndBytes = 22;
    private const uint EndSignature = 0x06054b50;
    private const long MostBytes = 1 << 20;

    /// <param name="stream">At any place, and left at its begin.</param>
    /// <exception cref="InvalidDataException">It does not end as a zip does.</exception>
    /// <exception cref="PteeFormatException">There are more entries than a bundle has.</exception>
    public static void Require(string path, Stream stream)
    {
        Span<byte> end = stackalloc byte[EndBytes];
        stream.Position = Math.Max(0, stream.Length - EndBytes);
        stream.ReadExactly(end);
        stream.Position = 0;
        var entries = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
        long bytes = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
        long start = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        // One disk, or a reader looks for the record of ZIP64, which says all of this once more; and no comment.
        if (BinaryPrimitives.ReadUInt32LittleEndian(end) != EndSignature
            || BinaryPrimitives.ReadUInt32LittleEndian(end[4..]) != 0
            || BinaryPrimitives.ReadUInt16LittleEndian(end[8..]) != entries
            || BinaryPrimitives.ReadUInt16LittleEndian(end[20..]) != 0)
        {
            throw new InvalidDataException("it does not end as a zip without comment and ZIP64 does");
        }

        if (entries > BundleLimits.Entries || bytes > MostBytes)
        {
            throw new PteeFormatException(
                $"{path}: {entries} entries in a directory of {bytes} bytes, expected at most {BundleLimits.Entries} in {MostBytes}");
        }

        if (start + bytes != stream.Length - EndBytes)
        {
            throw new InvalidDataException($"its directory of {bytes} bytes at {start} is not where it ends");
        }
    }
}
