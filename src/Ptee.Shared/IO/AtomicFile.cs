namespace Ptee.Shared.IO;

/// <summary>Files that are there whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>Writes to a temporary file beside <paramref name="path"/>, then renames it. A device, as <c>/dev/stdout</c>, is no file
    /// to replace: it is written to.</summary>
    /// <exception cref="PteeFormatException">No file can be made there, or the disk is full; what was there stays.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        if (IsDevice(path))
        {
            using var device = new FileStream(path, FileMode.Append, FileAccess.Write);
            write(device);
            return;
        }

        WriteTogether((path, write));
    }

    /// <summary>
    /// Writes files that belong together: all of them are whole on the disk before the first is renamed, so that a full disk
    /// leaves what was there before. Folders that were made for them go again when it fails.
    /// </summary>
    /// <exception cref="PteeFormatException">One of them cannot be written: it is named.</exception>
    public static void WriteTogether(params IReadOnlyList<(string Path, Action<Stream> Write)> files)
    {
        var temporaries = new List<(string Temporary, string Path)>();
        var made = new Stack<string>();
        try
        {
            foreach (var (path, write) in files)
            {
                var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
                NoteMissing(folder, made);
                MakeFolder(folder);
                temporaries.Add((Temporary(folder), path));
                WriteWhole(temporaries[^1].Temporary, path, write);
            }

            foreach (var (temporary, path) in temporaries)
            {
                File.Move(temporary, path, overwrite: true);
            }

            made.Clear();
        }
        finally
        {
            temporaries.ForEach(file => File.Delete(file.Temporary)); // Does nothing after the rename.
            while (made.TryPop(out var folder) && Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }
    }

    public static void WriteText(string path, string text) => Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.Write(text);
    });

    /// <summary>Makes the folder and those above it, where they are missing.</summary>
    /// <exception cref="PteeFormatException">It cannot be made.</exception>
    public static void MakeFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PteeFormatException($"{path}: the folder cannot be made: {exception.Message}", exception);
        }
    }

    /// <summary>Tries whether a file can be written there, and leaves nothing: to be asked before work that takes long.</summary>
    /// <exception cref="PteeFormatException">It cannot.</exception>
    public static void RequireWritable(string path)
    {
        if (IsDevice(path))
        {
            return;
        }

        if (Directory.Exists(path) || Path.EndsInDirectorySeparator(path))
        {
            throw new PteeFormatException($"{path}: a folder, expected a file");
        }

        Try(Path.GetDirectoryName(Path.GetFullPath(path))!, path);
    }

    /// <summary>The same for files in a folder, which need not be there yet.</summary>
    /// <exception cref="PteeFormatException">None can be written.</exception>
    public static void RequireWritableFolder(string path) => Try(Path.GetFullPath(path), Path.TrimEndingDirectorySeparator(path));

    /// <param name="named">What a message is about.</param>
    private static void Try(string folder, string named)
    {
        while (!Directory.Exists(folder))
        {
            folder = File.Exists(folder) ? throw new PteeFormatException($"{folder}: a file, expected a folder") : Path.GetDirectoryName(folder)!;
        }

        Create(Temporary(folder), named, FileOptions.DeleteOnClose).Dispose();
    }

    /// <summary>Short: a name may be as long as the file system allows.</summary>
    private static string Temporary(string folder) => Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");

    private static FileStream Create(string temporary, string path, FileOptions options)
    {
        try
        {
            return new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = options });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PteeFormatException($"{path}: cannot be written: {exception.Message.Replace(temporary, path, StringComparison.Ordinal)}", exception);
        }
    }

    private static void WriteWhole(string temporary, string path, Action<Stream> write)
    {
        try
        {
            using var stream = Create(temporary, path, FileOptions.None);
            write(stream);
            stream.Flush(flushToDisk: true);
        }
        catch (IOException exception)
        {
            // A full disk, for one: .NET names the file that nobody has heard of.
            throw new PteeFormatException($"{path}: cannot be written: {exception.Message.Replace(temporary, path, StringComparison.Ordinal)}", exception);
        }
    }

    /// <summary>The folder and those above it that are not there yet, the outermost first.</summary>
    private static void NoteMissing(string folder, Stack<string> missing)
    {
        if (!Directory.Exists(folder))
        {
            NoteMissing(Path.GetDirectoryName(folder)!, missing);
            missing.Push(folder);
        }
    }

    /// <summary>By its name: .NET says of devices that they are plain files. /dev/shm and /dev/mqueue have files of their own.</summary>
    private static bool IsDevice(string path) =>
        Path.GetFullPath(path) is var full && File.Exists(full)
        && (full.StartsWith("/dev/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal))
        && !full.StartsWith("/dev/shm/", StringComparison.Ordinal) && !full.StartsWith("/dev/mqueue/", StringComparison.Ordinal);
}
