using System.IO.Compression;
using System.Security.Cryptography;
using Ptee.Data.Imaging;
using Ptee.Shared;

namespace Ptee.Data.Fetching;

/// <summary>A file of a data set, and how to know that it is the right one.</summary>
/// <param name="Name">Without a folder. Ends in <c>.gz</c> when it is kept packed.</param>
/// <param name="Bytes">Length of the content; at most 2 GB.</param>
/// <param name="Sha256">Of the content, 64 hex digits. For a <c>.gz</c> the content is what is inside: the wrapper
/// holds a name and a time, which differ from place to place.</param>
internal sealed record DataFile(string Name, long Bytes, string Sha256)
{
    private bool IsPacked => Name.EndsWith(".gz", StringComparison.Ordinal);

    /// <summary>Cheap: looks at the length where that is known, never at the content.</summary>
    public bool IsThere(string folder)
    {
        var info = new FileInfo(Path.Combine(folder, Name));
        return info.Exists && (IsPacked || info.Length == Bytes);
    }

    /// <summary>The content, with gzip undone, after its hash was compared.</summary>
    /// <exception cref="PteeFormatException">It is missing, cannot be read or is not the right one.</exception>
    public byte[] ReadVerified(string folder)
    {
        var path = Path.Combine(folder, Name);
        try
        {
            using var stream = Open(path);
            var content = BoundedReader.ReadAll(stream, checked((int)Bytes), path);
            return Fault(content.Length, SHA256.HashData(content)) is { } fault
                ? throw new PteeFormatException($"{path}: {fault}; 'ptee data get' replaces it")
                : content;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PteeFormatException($"{path}: no such file; 'ptee data get' fetches it", e);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new PteeFormatException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads the file at <paramref name="path"/> through, in little memory.</summary>
    /// <returns>What is wrong with it, in one line, or null.</returns>
    public async Task<string?> FaultAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var stream = Open(path);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[1 << 16];
            var length = 0L;
            int read;
            // One byte too many is enough to know: a gzip that unpacks without end is not read to its end.
            while (length <= Bytes
                && (read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                length += read;
            }

            return Fault(length, hash.GetHashAndReset());
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private Stream Open(string path)
    {
        var file = File.OpenRead(path);
        return IsPacked ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private string? Fault(long length, byte[] hash)
    {
        var came = Convert.ToHexStringLower(hash);
        return length != Bytes ? $"{(length > Bytes ? "over " : "")}{Math.Min(length, Bytes)} bytes, expected {Bytes}"
            : came != Sha256 ? $"SHA-256 is {came}, expected {Sha256}"
            : null;
    }
}
