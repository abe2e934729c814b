using System.IO.Compression;
using System.Security.Cryptography;
using Ptee.Shared.IO;

namespace Ptee.Shared.Bundles;

/// <summary>Reads <c>.ptee</c> files: a zip whose every size and name is checked before it is unpacked.</summary>
internal static class BundleReader
{
    public static Bundle Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new PteeFormatException($"{path}: not found, expected a bundle (.ptee)");
        }

        if (file.Length > BundleLimits.FileBytes)
        {
            throw new PteeFormatException($"{path}: {file.Length} bytes, expected at most {BundleLimits.FileBytes}");
        }

        try
        {
            using var stream = file.OpenRead();
            ZipDirectory.Require(path, stream);
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
            return Read(path, zip, BundleLimits.InflatedBytes(file.Length));
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException or NotSupportedException
            or OverflowException or EndOfStreamException)
        {
            throw new PteeFormatException(
                $"{path}: not a bundle, or a damaged one: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    private static Bundle Read(string path, ZipArchive zip, long limit)
    {
        var byName = Index(path, zip);
        if (!byName.TryGetValue(BundleEntries.Manifest, out var manifestEntry))
        {
            throw new PteeFormatException($"{path}: no {BundleEntries.Manifest} inside, expected a bundle (.ptee)");
        }

        var manifestBytes = Inflate(path, manifestEntry, manifestEntry.Length, BundleLimits.ManifestBytes);
        var manifest = ManifestSerializer.Deserialize(manifestBytes, path);
        RequireSize(path, manifest.Entries.Where(entry => byName.ContainsKey(entry.Name)), limit);
        var entries = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var expected in manifest.Entries)
        {
            if (byName.Remove(expected.Name, out var entry))
            {
                entries.Add(expected.Name, Verified(path, entry, expected));
            }
        }

        byName.Remove(BundleEntries.Manifest);
        if (byName.Count > 0)
        {
            throw new PteeFormatException($"{path}: holds {byName.Keys.First()}, which the manifest does not name");
        }

        return new Bundle(path, manifest, manifestBytes, entries);
    }

    /// <summary>Each entry has a limit of its own; many of them together must not take the memory either.</summary>
    private static void RequireSize(string path, IEnumerable<ManifestEntry> entries, long limit)
    {
        var total = entries.Sum(entry => Math.Clamp(entry.Bytes, 0, BundleLimits.EntryBytes));
        if (total > limit)
        {
            throw new PteeFormatException(
                $"{path}: its entries inflate to {total} bytes together, expected at most {limit} for a file of this size");
        }
    }

    private static Dictionary<string, ZipArchiveEntry> Index(string path, ZipArchive zip)
    {
        if (zip.Entries.Count > BundleLimits.Entries)
        {
            throw new PteeFormatException($"{path}: {zip.Entries.Count} entries, expected at most {BundleLimits.Entries}");
        }

        var byName = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries)
        {
            if (entry.FullName.StartsWith('/') || entry.FullName.Contains('\\') || entry.FullName.Split('/').Contains(".."))
            {
                throw new PteeFormatException($"{path}: entry '{entry.FullName}' leaves the bundle; refused");
            }

            if (!byName.TryAdd(entry.FullName, entry))
            {
                throw new PteeFormatException($"{path}: entry '{entry.FullName}' is there twice");
            }
        }

        return byName;
    }

    private static byte[] Verified(string path, ZipArchiveEntry entry, ManifestEntry expected)
    {
        var bytes = Inflate(path, entry, expected.Bytes, BundleLimits.EntryBytes);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return hash == expected.Sha256
            ? bytes
            : throw new PteeFormatException($"{path}: {entry.FullName} has SHA-256 {hash}, the manifest says {expected.Sha256}");
    }

    /// <summary>Never more than the limit, whatever the zip's directory claims.</summary>
    private static byte[] Inflate(string path, ZipArchiveEntry entry, long expected, long limit)
    {
        if (expected < 0 || expected > limit || entry.Length != expected)
        {
            throw new PteeFormatException(
                $"{path}: {entry.FullName} is {entry.Length} bytes, expected {expected} and at most {limit}");
        }

        using var stream = entry.Open();
        var bytes = new byte[expected];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        // The library does not compare the checksum, and the manifest has no other: its hash is the bundle's name.
        return read == bytes.Length && stream.ReadByte() < 0 && Crc32.Of(bytes) == entry.Crc32
            ? bytes
            : throw new PteeFormatException($"{path}: {entry.FullName} is damaged: it does not inflate to the bytes that it declares");
    }
}
