using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Ptee.Data;
using Ptee.Data.Fetching;

namespace Ptee.Tests.Data;

/// <summary>A data set of two small files, and archives of it.</summary>
internal static class ToyData
{
    public const string Name = "toy";

    public static byte[] First { get; } = Bytes(seed: 1, 300_000);

    public static byte[] Second { get; } = Bytes(seed: 2, 200_000);

    public static byte[] Archive { get; } = TarGz(("toys/first.bin", First), ("toys/second.bin", Second));

    public static DataSource Source(params DataPlace[] places) =>
        new(Name, [FileOf("first.bin", First), FileOf("second.bin", Second)], places);

    public static DataFile FileOf(string name, byte[] content) =>
        new(name, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));

    public static byte[] Bytes(int seed, int count)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A CIFAR-10 file of random pictures with the labels 0 to 9 in turn.</summary>
    public static byte[] Cifar(int seed, int images)
    {
        const int recordBytes = 3073;
        var records = Bytes(seed, images * recordBytes);
        for (var i = 0; i < images; i++)
        {
            records[i * recordBytes] = (byte)(i % 10);
        }

        return records;
    }

    public static byte[] Gzip(byte[] content)
    {
        using var result = new MemoryStream();
        using (var gzip = new GZipStream(result, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return result.ToArray();
    }

    public static byte[] TarGz(params (string Name, byte[] Content)[] files)
    {
        using var result = new MemoryStream();
        using (var tar = new TarWriter(result, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
                {
                    DataStream = new MemoryStream(content),
                });
            }
        }

        return Gzip(result.ToArray());
    }

    /// <summary>Fetches it into <paramref name="root"/>.</summary>
    public static async Task<FetchedData> GetAsync(
        string root, DataSource source, IProgress<DataProgress>? progress = null)
    {
        using var http = new HttpClient();
        // A wait that never ends is a failure, not a stuck build.
        return await new DataFetcher(http, [source]).GetAsync(source.Name, root, progress)
            .WaitAsync(TimeSpan.FromSeconds(60));
    }
}
