namespace Ptee.Shared.IO;

/// <summary>A folder that one process at a time may change. It is held until it is disposed of, or the process ends.</summary>
public sealed class FolderLock : IDisposable
{
    private const string FileName = ".lock";

    private readonly FileStream _file;
    private readonly string? _made;

    private FolderLock(FileStream file, string? made) => (_file, _made) = (file, made);

    /// <summary>Makes the folder where it is missing, and takes it.</summary>
    /// <returns>Null when another process has it.</returns>
    /// <exception cref="PteeFormatException">The folder cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">Nothing can be written in it.</exception>
    public static FolderLock? TryTake(string folder)
    {
        var isNew = !Directory.Exists(folder);
        AtomicFile.MakeFolder(folder);
        try
        {
            var file = new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new FolderLock(file, isNew ? folder : null);
        }
        catch (IOException exception) when (IsHeldByAnother(exception))
        {
            return null;
        }
    }

    /// <summary>The file stays: if it were deleted, two processes could hold locks on two files of this name. Only a folder that was
    /// made for nothing goes again.</summary>
    public void Dispose()
    {
        if (_made is { } folder && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Skip(1).FirstOrDefault() is null)
        {
            File.Delete(_file.Name);
            Directory.Delete(folder);
        }

        _file.Dispose();
    }

    /// <summary>.NET has no type for it: EAGAIN on Linux and on macOS, a sharing violation on Windows.</summary>
    private static bool IsHeldByAnother(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);
}
