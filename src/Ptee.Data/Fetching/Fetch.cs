using Ptee.Shared;

namespace Ptee.Data.Fetching;

/// <summary>One fetch under way: what is still wanted, and the only way for a file to get into its place.</summary>
internal sealed class Fetch(HttpClient http, string folder, string workFolder, IProgress<DataProgress>? progress)
{
    private readonly List<DataFile> _wanted = [];

    /// <summary>Missing or damaged, in the source's order. It shrinks: iterate over a copy.</summary>
    public IReadOnlyList<DataFile> Wanted => _wanted;

    /// <summary>On the disk of the final place, so that a file gets there by renaming.</summary>
    public string WorkFolder => workFolder;

    public IProgress<DataProgress>? Progress => progress;

    /// <summary>The place that gave the last file.</summary>
    public string? From { get; set; }

    /// <summary>Finds out what is wanted.</summary>
    public async Task LookAsync(IReadOnlyList<DataFile> files, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            var path = Path.Combine(folder, file.Name);
            if (!File.Exists(path))
            {
                _wanted.Add(file);
            }
            else if (await file.FaultAsync(path, cancellationToken).ConfigureAwait(false) is { } fault)
            {
                progress?.Report(new DataProgress(0, file.Bytes, $"{path}: {fault}: it will be replaced"));
                _wanted.Add(file);
            }
        }
    }

    /// <summary>Verifies the file at <paramref name="path"/> (below the work folder) and moves it into place.</summary>
    /// <exception cref="PteeFormatException">It does not verify; it is deleted.</exception>
    public async Task StoreAsync(DataFile file, string path, CancellationToken cancellationToken)
    {
        if (await file.FaultAsync(path, cancellationToken).ConfigureAwait(false) is { } fault)
        {
            File.Delete(path);
            throw new PteeFormatException($"{file.Name}: {fault}");
        }

        File.Move(path, Path.Combine(folder, file.Name), overwrite: true);
        _wanted.Remove(file);
    }

    /// <summary>Downloads to a <c>.part</c> file, which outlives a failure and is gone on after it.</summary>
    /// <param name="use">Gets the whole file's path and leaves it or takes it away.</param>
    public async Task DownloadAsync(
        Uri address, long maxBytes, Func<string, Task> use, CancellationToken cancellationToken)
    {
        var part = Path.Combine(workFolder, Path.GetFileName(address.LocalPath) + ".part");
        var download = new HttpDownload(http, progress);
        while (true)
        {
            var resumed = await download.RunAsync(address, part, maxBytes, cancellationToken).ConfigureAwait(false);
            try
            {
                await use(part).ConfigureAwait(false);
                File.Delete(part);
                return;
            }
            catch (PteeFormatException)
            {
                File.Delete(part);
                // The pieces may be of two versions of the file. The next round starts from nothing and is the last.
                if (!resumed)
                {
                    throw;
                }
            }
        }
    }
}
