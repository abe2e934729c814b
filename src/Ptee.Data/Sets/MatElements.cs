using Ptee.Shared;

namespace Ptee.Data.Sets;

/// <summary>
/// Reads the data elements in a variable of a MAT-file, one after another. What the bytes say of their lengths is
/// compared with what can follow before anything is allocated.
/// </summary>
/// <param name="stream">The caller's to dispose of.</param>
/// <param name="bytes">How many bytes the elements take, or the most that they can: none is read after them.</param>
/// <param name="where">For messages: the file, and where in it the variable is.</param>
internal sealed class MatElements(Stream stream, long bytes, string where)
{
    private readonly byte[] _tag = new byte[MatTag.Size];
    private long _left = bytes;

    /// <summary>The next element, which has to be of this type and length.</summary>
    /// <exception cref="PteeFormatException">It is not, or is cut short or damaged.</exception>
    public byte[] Next(string what, MatType type, int minBytes, int maxBytes)
    {
        var tag = Tag(what);
        return tag.Type == type && tag.Bytes >= minBytes && tag.Bytes <= maxBytes
            ? Content(tag, what)
            : throw Fault($"{what}: {tag}, expected {minBytes} to {maxBytes} of type {type}");
    }

    /// <summary>The next element's tag; <see cref="Content"/> is to follow.</summary>
    /// <exception cref="PteeFormatException">It is cut short, or longer than what is left.</exception>
    public MatTag Tag(string what)
    {
        Fill(_tag, what);
        var tag = MatTag.Parse(_tag);
        var room = tag.IsSmall ? MatTag.Size - MatTag.SmallAt : _left;
        return tag.Bytes <= room ? tag : throw Fault($"{what}: {tag}, at most {room} can follow");
    }

    /// <summary>What the tag just read announced, without its padding. Its length is the caller's to limit.</summary>
    /// <exception cref="PteeFormatException">It is cut short or damaged.</exception>
    public byte[] Content(MatTag tag, string what)
    {
        if (tag.IsSmall)
        {
            return _tag[MatTag.SmallAt..(MatTag.SmallAt + (int)tag.Bytes)];
        }

        var content = new byte[tag.Bytes];
        Fill(content, what);
        // Elements begin at multiples of 8 bytes.
        Fill(_tag.AsSpan(0, (int)Math.Min(_left, -tag.Bytes & (MatTag.Size - 1))), what);
        return content;
    }

    /// <summary>Makes sure that nothing follows. A zlib stream compares its checksum when its end is read.</summary>
    /// <exception cref="PteeFormatException">Something does, or the checksum is wrong.</exception>
    public void End()
    {
        if (_left > 0 || Read(_tag.AsSpan(0, 1), "end") > 0)
        {
            throw Fault("it goes on after its values, expected its end");
        }
    }

    public PteeFormatException Fault(string what) => new($"{where}: {what}");

    private void Fill(Span<byte> bytes, string what)
    {
        if (bytes.Length > _left || Read(bytes, what) < bytes.Length)
        {
            throw Fault($"cut short in its {what}");
        }

        _left -= bytes.Length;
    }

    private int Read(Span<byte> bytes, string what)
    {
        try
        {
            return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new PteeFormatException($"{where}: damaged in its {what}: {e.Message}", e);
        }
    }
}
