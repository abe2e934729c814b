using Ptee.Shared;
using Ptee.Shared.IO;

namespace Ptee.Data.Fetching;

/// <summary>
/// <c>.fetch</c> in a set's folder, for one fetch at a time. When it is left, all is gone except downloads that can be
/// gone on with (<c>*.part</c>).
/// </summary>
internal sealed class WorkFolder : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly FolderLock _lock;

    private WorkFolder(string path, FolderLock @lock) => (Path, _lock) = (path, @lock);

    public string Path { get; }

    /// <summary>Makes the folders; waits while another process is in there.</summary>
    /// <exception cref="PteeFormatException">The folder cannot be written.</exception>
    public static async Task<WorkFolder> EnterAsync(
        string folder, IProgress<DataProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            FolderLock? held;
            while ((held = FolderLock.TryTake(folder)) is null)
            {
                progress?.Report(new DataProgress(0, 0, $"another fetch into {folder} is running: waiting for it"));
                await Task.Delay(Patience, cancellationToken).ConfigureAwait(false);
            }

            var path = System.IO.Path.Combine(folder, ".fetch");
            Directory.CreateDirectory(path);
            return new WorkFolder(path, held);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PteeFormatException($"{folder}: the data folder cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Everything goes, also what could be gone on with: it is not needed any more.</summary>
    public void Clear() => Directory.Delete(Path, recursive: true);

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            foreach (var folder in Directory.EnumerateDirectories(Path))
            {
                Directory.Delete(folder, recursive: true);
            }

            foreach (var file in Directory.EnumerateFiles(Path)
                .Where(file => !file.EndsWith(".part", StringComparison.Ordinal)))
            {
                File.Delete(file);
            }

            if (!Directory.EnumerateFileSystemEntries(Path).Any())
            {
                Directory.Delete(Path);
            }
        }

        _lock.Dispose();
    }
}
