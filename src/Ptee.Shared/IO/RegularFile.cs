using System.Runtime.InteropServices;

namespace Ptee.Shared.IO;

/// <summary>Opens files that somebody named, and nothing that a reader could wait on for ever.</summary>
public static partial class RegularFile
{
    private const char Unreadable = '\uFFFD'; // What .NET puts where a name's bytes are not UTF-8; no such name can be opened.
    private const int FromWorkingFolder = -100;
    private const uint AsksForType = 1;
    private const int TypeBits = 0xF000;

    /// <summary>Follows links, as <see cref="File.OpenRead"/> does.</summary>
    /// <exception cref="IOException">It is not there, no file (a pipe, a socket, a device), or its name cannot be said.</exception>
    /// <exception cref="UnauthorizedAccessException">It is a folder, or may not be read.</exception>
    public static FileStream OpenRead(string path)
    {
        if (OtherKind(path) is { } kind)
        {
            throw new IOException($"it is {kind}, expected a file");
        }

        try
        {
            return File.OpenRead(path);
        }
        catch (IOException exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException(NameFault(path) ?? "there is no such file", exception);
        }
    }

    /// <summary>What is wrong with a name that the file system gave and that leads to nothing; null: nothing is.</summary>
    public static string? NameFault(string path) =>
        path.Contains(Unreadable, StringComparison.Ordinal) ? "its name is not UTF-8: rename it" : null;

    /// <returns>Null for files, folders, what is not there, and where the system cannot be asked.</returns>
    private static string? OtherKind(string path)
    {
        if (!OperatingSystem.IsLinux() || FileType(path) is not { } type)
        {
            return null;
        }

        return type switch
        {
            0x1000 => "a pipe",
            0x2000 or 0x6000 => "a device",
            0xC000 => "a socket",
            _ => null,
        };
    }

    private static int? FileType(string path)
    {
        try
        {
            return StatX(FromWorkingFolder, path, flags: 0, AsksForType, out var status) == 0 ? status.Mode & TypeBits : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null; // C libraries before 2018.
        }
    }

    /// <remarks>The one call whose answer lies the same way on every processor.</remarks>
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, out Status status);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(28)]
        public ushort Mode;
    }
}
