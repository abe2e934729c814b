using System.Buffers.Binary;
using System.Text;
using Ptee.Shared;

namespace Ptee.Training.Checkpoints.Pickles;

/// <summary>Bytes read from front to back, never past the end.</summary>
internal sealed class PickleInput(ReadOnlyMemory<byte> bytes)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public int Position { get; private set; }

    public int Left => bytes.Length - Position;

    /// <exception cref="PteeFormatException">Fewer than <paramref name="count"/> bytes are left.</exception>
    public ReadOnlyMemory<byte> Take(long count)
    {
        if (count < 0 || count > Left)
        {
            throw new PteeFormatException($"ends early: expected {count} bytes at byte {Position}, {Left} are left");
        }

        var taken = bytes.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }

    public byte Byte() => Take(1).Span[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)).Span);

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)).Span);

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)).Span);

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)).Span);

    /// <summary>The one number that pickle writes big-endian.</summary>
    public double BigEndianDouble() => BinaryPrimitives.ReadDoubleBigEndian(Take(sizeof(double)).Span);

    /// <exception cref="PteeFormatException">Not UTF-8, or longer than the limit.</exception>
    public string Text(long length) => Decode(Take(CheckedLength(length)).Span, Utf8);

    /// <summary>Python 2's <c>str</c>, which has no encoding; every byte is a character here.</summary>
    public string Latin1(long length) => Decode(Take(CheckedLength(length)).Span, Encoding.Latin1);

    /// <summary>Bytes up to a line feed, which is taken but not returned.</summary>
    public string Line()
    {
        var end = bytes.Span[Position..].IndexOf((byte)'\n');
        var text = Text(end < 0 ? Left + 1L : end);
        Position++;
        return text;
    }

    private static string Decode(ReadOnlySpan<byte> text, Encoding encoding)
    {
        try
        {
            return encoding.GetString(text);
        }
        catch (DecoderFallbackException exception)
        {
            throw new PteeFormatException("a text in the pickle is not UTF-8", exception);
        }
    }

    private static long CheckedLength(long length) =>
        length is >= 0 and <= CheckpointLimits.MaxText
            ? length
            : throw new PteeFormatException(
                $"a text in the pickle has {length} bytes, expected at most {CheckpointLimits.MaxText}");
}
