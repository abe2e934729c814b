using Ptee.Shared;

namespace Ptee.Bench;

/// <summary>Where the command and its two programs were built: beside this program's own folder.</summary>
internal static class BuiltPrograms
{
    public static string Folder
    {
        get
        {
            var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            return Path.Combine(own.Parent!.Parent!.FullName, "Ptee.Cli", own.Name);
        }
    }

    /// <summary>A path below the repository's root, which is looked for upwards from this program.</summary>
    /// <exception cref="PteeFormatException">It is nowhere.</exception>
    public static string Source(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var wanted = Path.Combine(folder.FullName, path);
            if (Path.Exists(wanted))
            {
                return wanted;
            }
        }

        throw new PteeFormatException($"{path}: not found above {AppContext.BaseDirectory}; benches run in the repository");
    }

    public static string Asset(string name) => Path.Combine(Folder, "assets", name);
}
