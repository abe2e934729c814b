using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Ptee.Shared.Weights;
using Ptee.Training.Checkpoints;

namespace Ptee.Tests.Checkpoints;

/// <summary>Whole files round a pickle, laid out as torch.save does.</summary>
internal static class CheckpointFiles
{
    public static readonly byte[] Magic =
        [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, (byte)'.'];

    public static readonly byte[] Version = [0x80, 2, (byte)'M', 0xE9, 3, (byte)'.'];

    /// <summary>The format before torch 1.6. The storages' bytes must be whole float32 values.</summary>
    public static byte[] Legacy(byte[] pickle, params (string Key, byte[] Bytes)[] storages) =>
        Legacy(pickle, littleEndian: true, storages.Select(s => (s.Key, s.Bytes.Length / 4L, s.Bytes)));

    public static byte[] Legacy(
        byte[] pickle, bool littleEndian, IEnumerable<(string Key, long Count, byte[] Bytes)> storages)
    {
        var all = storages.ToArray();
        var machine = new PickleWriter().Dict().Mark()
            .Text("protocol_version").Number(1001)
            .Text("little_endian").Raw(littleEndian ? (byte)0x88 : (byte)0x89)
            .SetItems().Stop();
        var keys = all.Aggregate(new PickleWriter().Op(']').Mark(), (writer, s) => writer.Text(s.Key)).Op('e').Stop();
        var values = all.SelectMany(s => Count(s.Count).Concat(s.Bytes));
        return [.. Magic, .. Version, .. machine, .. pickle, .. keys, .. values];
    }

    /// <summary>The format since torch 1.6: <c>archive/data.pkl</c>, <c>archive/data/0</c> …</summary>
    public static byte[] Zip(byte[] pickle, params (string Key, byte[] Bytes)[] storages) =>
        Zip(CompressionLevel.NoCompression, [
            ("data.pkl", pickle),
            ("byteorder", "little"u8.ToArray()),
            .. storages.Select(s => ($"data/{s.Key}", s.Bytes)),
            ("version", "3\n"u8.ToArray()),
        ]);

    public static byte[] Zip(CompressionLevel level, params (string Name, byte[] Bytes)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in entries)
            {
                using var stream = zip.CreateEntry($"archive/{name}", level).Open();
                stream.Write(content);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>A dict of whole tensors, each in a storage of its own; as the only value, or under a name.</summary>
    public static byte[] Saved(IEnumerable<KeyValuePair<string, Weight>> weights, params string[] names)
    {
        var all = weights.ToArray();
        var pickle = new PickleWriter();
        foreach (var name in names)
        {
            pickle.Dict().Text(name);
        }

        pickle.Tensors(all);
        foreach (var _ in names)
        {
            pickle.Op('s');
        }

        return Zip(pickle.Stop(), [.. all.Select((entry, index) => ($"{index}", Floats(entry.Value.Values)))]);
    }

    /// <summary>All floating-point tensors of the file, by their place and key.</summary>
    public static IReadOnlyDictionary<string, Weight> Weights(Checkpoint checkpoint) => (
        from dict in checkpoint.StateDicts
        from tensor in dict.Tensors
        where tensor.Value.Type.IsFloat
        select KeyValuePair.Create(dict.Path.Length == 0 ? tensor.Key : $"{dict.Path}.{tensor.Key}", tensor.Value.Read())).ToDictionary(StringComparer.Ordinal);

    public static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    /// <summary>Overwrites a number in the central directory's entry with that name, at an offset in it.</summary>
    public static byte[] PatchDirectory(byte[] zip, string name, int offset, uint value)
    {
        const int nameOffset = 46;
        var patched = zip.ToArray();
        var at = patched.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(name)) - nameOffset;
        Assert.Equal("PK\u0001\u0002"u8, patched.AsSpan(at, 4));
        BinaryPrimitives.WriteUInt32LittleEndian(patched.AsSpan(at + offset), value);
        return patched;
    }

    private static byte[] Count(long count)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, count);
        return bytes;
    }
}
