using System.Runtime.InteropServices;

namespace Ptee.Shared.Processes;

/// <summary>Environment variables of this process as native libraries see them: they read theirs when they are loaded, and .NET's own
/// <see cref="Environment.SetEnvironmentVariable(string, string)"/> does not reach native code.</summary>
public static partial class NativeEnvironment
{
    /// <summary>Sets a variable; what the user has set already stays. Does nothing on Windows.</summary>
    public static void SetUnlessSet(string name, string value)
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
        {
            _ = Set(name, value, overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Set(string name, string value, int overwrite);
}
