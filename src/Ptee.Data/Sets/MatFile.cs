using System.Buffers.Binary;
using System.IO.Compression;
using Ptee.Shared;

namespace Ptee.Data.Sets;

/// <summary>
/// A MAT-file of level 5, which MATLAB 5 to 7.2 and <c>save -v7</c> write: a header, then variables, each packed or
/// not. Arrays of real numbers are read by name; whatever else is in the file is passed over.
/// </summary>
/// <remarks>Source: MathWorks, "MAT-File Format", R2019b, chapter 1: level 5. Little-endian files only.</remarks>
internal static class MatFile
{
    private const int HeaderBytes = 128;
    private const int VersionAt = 124;
    private const int Level5 = 0x0100;
    private const int MaxVariables = 1_000;

    /// <summary>Deflate's best is 258 bytes for 2 bits: nothing unpacks to more.</summary>
    private const long MaxExpansion = 258 * 8 / 2;

    /// <param name="name">For messages.</param>
    /// <param name="maxBytes">The variables to read, and the most bytes that the values of each may have.</param>
    /// <returns>All of them.</returns>
    /// <exception cref="PteeFormatException">It is no such file, one of them is missing, there twice, no array of real
    /// numbers or over its limit, or the file is cut short or damaged.</exception>
    public static IReadOnlyDictionary<string, MatArray> Parse(
        byte[] file, string name, IReadOnlyDictionary<string, long> maxBytes)
    {
        CheckHeader(file, name);
        var arrays = new Dictionary<string, MatArray>();
        var at = HeaderBytes;
        for (var variables = 1; at < file.Length; variables++)
        {
            if (variables > MaxVariables)
            {
                throw new PteeFormatException($"{name}: over {MaxVariables} variables, the most that are read");
            }

            var (array, bytes) = ReadVariable(file, at, $"{name}: the variable at byte {at}", maxBytes);
            at += bytes;
            if (array is not null && !arrays.TryAdd(array.Name, array))
            {
                throw new PteeFormatException($"{name}: two variables {array.Name}, expected one");
            }
        }

        return maxBytes.Keys.FirstOrDefault(key => !arrays.ContainsKey(key)) is { } missing
            ? throw new PteeFormatException(
                $"{name}: no array of numbers {missing}, expected {string.Join(" and ", maxBytes.Keys)}")
            : arrays;
    }

    private static void CheckHeader(byte[] file, string name)
    {
        if (file.Length < HeaderBytes)
        {
            throw new PteeFormatException($"{name}: {file.Length} bytes, a MAT-file's header alone has {HeaderBytes}");
        }

        // A machine writes the letters MI as one number, so those of the other byte order find them swapped.
        var mark = file.AsSpan(VersionAt + sizeof(short), 2);
        var version = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(VersionAt));
        if (mark.SequenceEqual("MI"u8))
        {
            throw new PteeFormatException($"{name}: a big-endian MAT-file, expected a little-endian one");
        }

        if (!mark.SequenceEqual("IM"u8))
        {
            throw new PteeFormatException(
                $"{name}: not a MAT-file of level 5: its header ends with {Convert.ToHexString(mark)}, expected 494D");
        }

        if (version != Level5)
        {
            throw new PteeFormatException(
                $"{name}: a MAT-file of version 0x{version:X4}, expected 0x{Level5:X4}, what save -v7 writes");
        }
    }

    /// <returns>Null for a variable that nobody asked for, and how many bytes of the file it takes.</returns>
    private static (MatArray? Array, int Bytes) ReadVariable(
        byte[] file, int at, string where, IReadOnlyDictionary<string, long> maxBytes)
    {
        using var rest = new MemoryStream(file, at, file.Length - at, writable: false);
        var tag = new MatElements(rest, rest.Length, where).Tag("tag");
        if (tag.IsSmall || tag.Type is not (MatType.Matrix or MatType.Compressed))
        {
            throw new PteeFormatException(
                $"{where}: {tag}, expected type {MatType.Matrix} or {MatType.Compressed}");
        }

        var bytes = (int)tag.Bytes; // Not more than the rest of the file.
        using var content = new MemoryStream(file, at + MatTag.Size, bytes, writable: false);
        var array = tag.Type == MatType.Matrix
            ? MatArray.Read(new MatElements(content, bytes, where), maxBytes)
            : ReadPacked(content, where, maxBytes);
        return (array, MatTag.Size + bytes);
    }

    private static MatArray? ReadPacked(MemoryStream content, string where, IReadOnlyDictionary<string, long> maxBytes)
    {
        using var unpacked = new ZLibStream(content, CompressionMode.Decompress);
        var tag = new MatElements(unpacked, MaxExpansion * content.Length, where).Tag("unpacked tag");
        // One packed in another is refused here, so nothing unpacks twice.
        return tag.Type == MatType.Matrix && !tag.IsSmall
            ? MatArray.Read(new MatElements(unpacked, tag.Bytes, where), maxBytes)
            : throw new PteeFormatException($"{where}: unpacked {tag}, expected type {MatType.Matrix}");
    }
}
