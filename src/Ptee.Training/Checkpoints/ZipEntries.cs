using Ptee.Shared.IO;
using System.IO.Compression;
using Ptee.Shared;
using Ptee.Training.Checkpoints.Tensors;

namespace Ptee.Training.Checkpoints;

/// <summary>A zip's entries, each read with a bound that is known before anything is allocated.</summary>
internal sealed class ZipEntries
{
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);

    private ZipEntries(ZipArchive zip)
    {
        foreach (var entry in zip.Entries)
        {
            if (!_entries.TryAdd(entry.FullName, entry))
            {
                throw new PteeFormatException($"zip entry {Printable.Quote(entry.FullName)} is there twice");
            }
        }
    }

    /// <summary>The archive is in memory and holds nothing else, so it lives as long as its entries.</summary>
    /// <exception cref="PteeFormatException">It is damaged, has too many entries, or two of the same name.</exception>
    public static ZipEntries Of(byte[] file)
    {
        // Every entry has such a record, so there are no more entries than of these; a tensor's values may look like one now and then.
        var most = file.AsSpan().Count("PK\u0001\u0002"u8);
        return most <= CheckpointLimits.MaxZipEntries
            ? Guarded(() => new ZipEntries(new ZipArchive(new MemoryStream(file, writable: false), ZipArchiveMode.Read)))
            : throw new PteeFormatException($"the zip has {most} entries, expected at most {CheckpointLimits.MaxZipEntries}");
    }

    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <exception cref="PteeFormatException">It has more than <paramref name="most"/> bytes.</exception>
    public byte[] Read(string name, int most)
    {
        var entry = Find(name);
        return entry.Length <= most
            ? Guarded(() => Inflate(entry))
            : throw new PteeFormatException(
                $"zip entry {Printable.Quote(name)} has {entry.Length} bytes, expected at most {most}");
    }

    /// <exception cref="PteeFormatException">It has not as many bytes as the storage.</exception>
    public byte[] ReadExactly(string name, Storage storage)
    {
        var entry = Find(name);
        return entry.Length == storage.Bytes && storage.Bytes <= Array.MaxLength
            ? Guarded(() => Inflate(entry))
            : throw new PteeFormatException(
                $"zip entry {Printable.Quote(name)} has {entry.Length} bytes, expected {storage.Bytes} for {storage}");
    }

    private static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or ArgumentException
            or NotSupportedException or OverflowException)
        {
            // Whatever System.IO.Compression and its stream may throw at damaged bytes.
            throw new PteeFormatException($"the zip is damaged: {Printable.Line(exception.Message)}", exception);
        }
    }

    private static byte[] Inflate(ZipArchiveEntry entry)
    {
        // Opening compares the packed bytes with the file; only then does their number say what they can become.
        using var stream = entry.Open();
        if (entry.Length > (entry.CompressedLength + 1) * CheckpointLimits.MaxInflation)
        {
            throw new PteeFormatException(
                $"zip entry {Printable.Quote(entry.FullName)} claims {entry.Length} bytes, "
                + $"which {entry.CompressedLength} packed ones cannot hold");
        }

        var bytes = new byte[entry.Length];
        stream.ReadExactly(bytes);
        if (stream.ReadByte() >= 0 || !IsWhole(entry, bytes))
        {
            throw new PteeFormatException(
                $"zip entry {Printable.Quote(entry.FullName)} is not the {entry.Length} bytes it claims to be");
        }

        return bytes;
    }

    /// <remarks>
    /// .NET stops inflating at the claimed size in silence, so an inflated entry is held against its checksum. Torch
    /// itself does not pack, and can be told to write no checksum: there equal sizes are enough.
    /// </remarks>
    private static bool IsWhole(ZipArchiveEntry entry, ReadOnlySpan<byte> bytes) =>
        entry.CompressedLength == entry.Length || entry.Crc32 == Crc32.Of(bytes);

    private ZipArchiveEntry Find(string name) =>
        _entries.TryGetValue(name, out var entry)
            ? entry
            : throw new PteeFormatException($"the zip has no entry {Printable.Quote(name)}");
}
