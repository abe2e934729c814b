using Ptee.Shared;
using Ptee.Shared.IO;

namespace Ptee.Data.Imaging;

/// <summary>Reads a whole file or stream, but never more than allowed.</summary>
internal static class BoundedReader
{
    /// <summary>Of a file that somebody named: whatever is wrong with it is said in a line.</summary>
    /// <param name="name">For the message.</param>
    /// <exception cref="PteeFormatException">It is not there, no file, may not be read, or is too long.</exception>
    public static byte[] ReadFile(string path, int maxBytes, string name)
    {
        try
        {
            using var stream = RegularFile.OpenRead(path);
            return ReadAll(stream, maxBytes, Printable.Message(name));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PteeFormatException(
                $"{Printable.Message(name)}: cannot be read: {Printable.Message(exception.Message)}", exception);
        }
    }

    /// <param name="name">For the message.</param>
    /// <exception cref="PteeFormatException">There is more than <paramref name="maxBytes"/>.</exception>
    public static byte[] ReadAll(Stream stream, int maxBytes, string name)
    {
        // A file can grow while it is read, so the length is a hint and the count is the rule.
        var hint = stream.CanSeek ? stream.Length : 0;
        if (hint > maxBytes)
        {
            throw TooLong();
        }

        var bytes = new byte[Math.Max(hint, 4_096)];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        // Full: is there one byte more? The usual file ends here, at its length, and nothing is copied.
        while (length == bytes.Length && stream.ReadByte() is >= 0 and var next)
        {
            if (length == maxBytes)
            {
                throw TooLong();
            }

            Array.Resize(ref bytes, (int)Math.Min(2L * length, maxBytes));
            bytes[length] = (byte)next;
            length += 1 + stream.ReadAtLeast(
                bytes.AsSpan(length + 1), bytes.Length - length - 1, throwOnEndOfStream: false);
        }

        Array.Resize(ref bytes, length);
        return length <= maxBytes ? bytes : throw TooLong();

        PteeFormatException TooLong() => new($"{name}: over {maxBytes} bytes, the most that is read");
    }
}
