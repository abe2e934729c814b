using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Ptee.Tests.Data;

/// <summary>What a Linux folder can hold besides files with usual names.</summary>
internal static partial class OddFiles
{
    private const int Nobody = 65534;

    public static void RequireLinux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "no such files");

    public static void Pipe(string path) => Shell("mkfifo -- \"$1\"", path);

    /// <summary>A copy whose name has a byte that no UTF-8 has, before the ending.</summary>
    public static void CopyWithBadName(string file, string folder) => Shell("cp -- \"$1\" \"$2\"/$'caf\\xe9.png'", file, folder);

    public static void FolderWithBadName(string folder) => Shell("mkdir -- \"$1\"/$'caf\\xe9'", folder);

    /// <summary>Copies under names that a file system allows, by a script of the test data.</summary>
    public static void CopiesWithOddNames(string script, string file, string folder) => Shell("bash -- \"$@\"", script, file, folder);

    /// <summary>There as long as the socket is open.</summary>
    public static Socket Socket(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    /// <param name="mode">As chmod takes it.</param>
    public static void Permit(string path, string mode) => Shell("chmod -- \"$2\" \"$1\"", path, mode);

    /// <summary>What somebody sees who may not read everything. Whoever runs the tests may be root.</summary>
    /// <param name="look">Ends on the thread on which it began: only that one is somebody else to the file system.</param>
    public static T AsNobody<T>(Func<T> look)
    {
        var root = Environment.IsPrivilegedProcess;
        try
        {
            _ = root ? SetFileSystemUser(Nobody) : 0;
            return look();
        }
        finally
        {
            _ = root ? SetFileSystemUser(0) : 0;
        }
    }

    /// <summary>What .NET could not delete.</summary>
    public static void RemoveBadNames(string folder)
    {
        if (OperatingSystem.IsLinux())
        {
            Shell("LC_ALL=C find \"$1\" -depth -name $'caf\\xe9*' -exec rm -r -- {} +", folder);
        }
    }

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetFileSystemUser(int id);

    private static void Shell(string command, params string[] arguments)
    {
        using var process = Process.Start("bash", ["-c", command, "bash", .. arguments]);
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, process.ExitCode);
    }
}
