using System.Buffers.Binary;
using System.Text.Json;
using Ptee.Shared.IO;

namespace Ptee.Shared.Weights;

/// <summary>
/// Weights as safetensors: a length (u64, little-endian), a JSON header of that many bytes, then the tensors'
/// bytes, row-major, without a gap.
/// </summary>
/// <remarks>Source: github.com/huggingface/safetensors, README "Format".</remarks>
public static class Safetensors
{
    private const int LengthBytes = sizeof(ulong);
    private const int Alignment = 8;

    /// <summary>
    /// Reads every tensor as 32-bit floats (from F32, F16, BF16 or F64), except a batch norm's
    /// <c>num_batches_tracked</c>, an integer, which is left out. Nothing is allocated for a tensor before the whole
    /// header has been checked against the file.
    /// </summary>
    /// <param name="source">The file's name, for messages.</param>
    /// <exception cref="PteeFormatException">Anything is not as it should be, or beyond <see cref="WeightLimits"/>.
    /// </exception>
    public static IReadOnlyDictionary<string, Weight> Read(ReadOnlySpan<byte> file, string source)
    {
        try
        {
            var (entries, start) = ParseHeader(file);
            return ReadEntries(entries, file[start..]);
        }
        catch (PteeFormatException fault)
        {
            throw new PteeFormatException($"{source}: {fault.Message}", fault);
        }
    }

    /// <summary>
    /// What the file holds, of any type, in the order of its names with numbers by their value; no values are read yet. The
    /// whole header has been checked against the file.
    /// </summary>
    /// <param name="source">The file's name, for messages.</param>
    /// <exception cref="PteeFormatException">Anything is not as it should be, or beyond <see cref="WeightLimits"/>.
    /// </exception>
    public static IReadOnlyList<KeyValuePair<string, StoredTensor>> Index(ReadOnlyMemory<byte> file, string source)
    {
        try
        {
            var (entries, start) = ParseHeader(file.Span);
            return
            [
                .. entries.OrderBy(entry => entry.Name, DottedOrder.Instance).Select(entry => KeyValuePair.Create(
                    entry.Name,
                    new StoredTensor(entry.Shape, entry.Type, entry, entry.Count, () => Values(entry, file.Span[start..])))),
            ];
        }
        catch (PteeFormatException fault)
        {
            throw new PteeFormatException($"{source}: {fault.Message}", fault);
        }
    }

    /// <summary>
    /// Writes every tensor as F32, ordered by name (ordinal), the header padded with spaces to 8 bytes and without
    /// metadata: equal weights give equal bytes.
    /// </summary>
    /// <exception cref="ArgumentException">A name is the format's own, or <see cref="Read"/> would refuse the file.
    /// </exception>
    public static void Write(IReadOnlyDictionary<string, Weight> weights, Stream output)
    {
        var sorted = weights.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToArray();
        var header = BuildHeader(sorted);
        if (sorted.Length > WeightLimits.MaxTensors || header.Length > WeightLimits.MaxHeaderBytes
            || sorted.Sum(pair => (long)pair.Value.Values.Length) > WeightLimits.MaxValues
            || weights.ContainsKey(SafetensorsHeader.Metadata))
        {
            throw new ArgumentException(
                $"{sorted.Length} tensors with a header of {header.Length} bytes could not be read again",
                nameof(weights));
        }

        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        output.Write(length);
        output.Write(header);
        foreach (var (_, weight) in sorted)
        {
            output.Write(ToBytes(weight.Values));
        }
    }

    /// <returns>What the header says, checked, and where the tensors' bytes begin.</returns>
    private static (IReadOnlyList<SafetensorsEntry> Entries, int Start) ParseHeader(ReadOnlySpan<byte> file)
    {
        var headerBytes = HeaderLength(file);
        var entries = SafetensorsHeader.Parse(file.Slice(LengthBytes, headerBytes));
        var start = LengthBytes + headerBytes;
        CheckRanges(entries, file.Length - start);
        return (entries, start);
    }

    private static int HeaderLength(ReadOnlySpan<byte> file)
    {
        if (file.Length < LengthBytes)
        {
            throw new PteeFormatException($"expected a header's length in 8 bytes, the file has {file.Length}");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(file);
        var most = (ulong)Math.Min(file.Length - LengthBytes, WeightLimits.MaxHeaderBytes);
        return length <= most
            ? (int)length
            : throw new PteeFormatException($"the header's length is {length}, expected at most {most}");
    }

    /// <summary>Every byte belongs to one tensor, as the format demands: no gap and no overlap.</summary>
    private static void CheckRanges(IReadOnlyList<SafetensorsEntry> entries, long dataBytes)
    {
        var position = 0L;
        var values = 0L;
        foreach (var entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            var end = position + ((long)entry.Count * entry.Type.Bytes);
            if (entry.Begin != position || entry.End != end)
            {
                throw new PteeFormatException(
                    $"tensor {Printable.Quote(entry.Name)} ({WeightShape.Text(entry.Shape)} {entry.Type}) is at bytes "
                    + $"{entry.Begin} to {entry.End}, expected {position} to {end}");
            }

            position = end;
            values += entry.Count;
        }

        if (position != dataBytes)
        {
            throw new PteeFormatException($"expected {position} bytes after the header, got {dataBytes}");
        }

        if (values > WeightLimits.MaxValues)
        {
            throw new PteeFormatException($"{values} values, expected at most {WeightLimits.MaxValues}");
        }
    }

    private static Dictionary<string, Weight> ReadEntries(
        IReadOnlyList<SafetensorsEntry> entries, ReadOnlySpan<byte> data)
    {
        var weights = new Dictionary<string, Weight>(StringComparer.Ordinal);
        foreach (var entry in entries.Where(entry => entry.Type.IsWeight(entry.Name)))
        {
            weights.Add(entry.Name, new Weight(entry.Shape, Values(entry, data)));
        }

        return weights;
    }

    private static float[] Values(SafetensorsEntry entry, ReadOnlySpan<byte> data)
    {
        var values = new float[entry.Count];
        entry.Type.ToFloat32(data[(int)entry.Begin..(int)entry.End], values);
        return values;
    }

    private static byte[] BuildHeader(IEnumerable<KeyValuePair<string, Weight>> sorted)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            var position = 0L;
            json.WriteStartObject();
            foreach (var (name, weight) in sorted)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                WriteNumbers(json, "shape", weight.Shape.Select(size => (long)size));
                var end = position + ((long)weight.Values.Length * sizeof(float));
                WriteNumbers(json, "data_offsets", [position, end]);
                json.WriteEndObject();
                position = end;
            }

            json.WriteEndObject();
        }

        while (buffer.Length % Alignment != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static byte[] ToBytes(float[] values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        }

        return bytes;
    }
}
