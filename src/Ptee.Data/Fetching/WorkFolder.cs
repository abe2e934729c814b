using Ptee.Shared;

namespace Ptee.Data.Fetching;

/// <summary>
/// <c>.fetch</c> in a set's folder, for one fetch at a time. When it is left, all is gone except downloads that can be
/// gone on with (<c>*.part</c>).
/// </summary>
internal sealed class WorkFolder : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly FileStream _lock;

    private WorkFolder(string path, FileStream @lock) => (Path, _lock) = (path, @lock);

    public string Path { get; }

    /// <summary>Makes the folders; waits while another process is in there.</summary>
    /// <exception cref="PteeFormatException">The folder cannot be written.</exception>
    public static async Task<WorkFolder> EnterAsync(
        string folder, IProgress<DataProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(folder);
            // The lock file stays: if it were deleted, two processes could hold locks on two files of this name.
            var lockPath = System.IO.Path.Combine(folder, ".lock");
            FileStream? held;
            while ((held = TryLock(lockPath)) is null)
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

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (IsHeldByAnother(e))
        {
            return null;
        }
    }

    /// <summary>.NET has no type for it: EAGAIN on Linux and on macOS, a sharing violation on Windows.</summary>
    private static bool IsHeldByAnother(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);
}
