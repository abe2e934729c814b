using System.Formats.Tar;
using System.IO.Compression;
using Ptee.Shared;

namespace Ptee.Data.Fetching;

/// <summary>Takes named files out of a tar.gz. Names in the archive never become paths.</summary>
internal static class TarGz
{
    /// <summary>What all entries passed on the way may unpack to: 1 GiB.</summary>
    private const long MaxUnpackedBytes = 1L << 30;

    /// <summary>Reads until all of <paramref name="wanted"/> were seen.</summary>
    /// <param name="wanted">By name in the archive: where the file goes, and the most bytes it may have.</param>
    /// <exception cref="PteeFormatException">The archive is cut short or damaged, lacks a file, or one is too
    /// large.</exception>
    public static async Task ExtractAsync(
        string archive, IReadOnlyDictionary<string, TarTarget> wanted, CancellationToken cancellationToken)
    {
        var missing = wanted.Keys.ToHashSet(StringComparer.Ordinal);
        try
        {
            using var file = File.OpenRead(archive);
            using var unpacked = new GZipStream(file, CompressionMode.Decompress);
            using var tar = new TarReader(unpacked);
            var total = 0L;
            while (missing.Count > 0
                && await tar.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
            {
                Check(entry.Name, total += entry.Length, MaxUnpackedBytes);
                if (missing.Remove(entry.Name))
                {
                    await WriteAsync(entry, wanted[entry.Name], cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new PteeFormatException($"the archive is cut short or damaged: {e.Message}", e);
        }

        if (missing.Count > 0)
        {
            throw new PteeFormatException(
                $"the archive has no {string.Join(", ", missing.Order(StringComparer.Ordinal))}");
        }
    }

    private static async Task WriteAsync(TarEntry entry, TarTarget target, CancellationToken cancellationToken)
    {
        Check(entry.Name, entry.Length, target.MaxBytes);
        if (entry.DataStream is null)
        {
            throw new PteeFormatException($"{entry.Name}: in the archive it is no file with content");
        }

        using var file = File.Create(target.Path);
        await entry.DataStream.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
        if (file.Length != entry.Length)
        {
            throw new EndOfStreamException($"{entry.Name} ends after {file.Length} of {entry.Length} bytes");
        }
    }

    private static void Check(string name, long bytes, long maxBytes)
    {
        if (bytes > maxBytes)
        {
            throw new PteeFormatException($"{name}: {bytes} bytes in the archive, at most {maxBytes} expected");
        }
    }
}
