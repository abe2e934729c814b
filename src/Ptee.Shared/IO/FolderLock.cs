namespace Ptee.Shared.IO;

/// <summary>A folder that one process at a time may change. It is held until it is disposed of, or the process ends.</summary>
public sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Makes the folder where it is missing, and takes it.</summary>
    /// <returns>Null when another process has it.</returns>
    /// <exception cref="PteeFormatException">The folder cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">Nothing can be written in it.</exception>
    public static FolderLock? TryTake(string folder)
    {
        AtomicFile.MakeFolder(folder);
        try
        {
            return new FolderLock(new FileStream(
                Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException exception) when (IsHeldByAnother(exception))
        {
            return null;
        }
    }

    /// <summary>The file stays: if it were deleted, two processes could hold locks on two files of this name.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>.NET has no type for it: EAGAIN on Linux and on macOS, a sharing violation on Windows.</summary>
    private static bool IsHeldByAnother(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);
}
