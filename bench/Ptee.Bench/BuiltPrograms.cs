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

    public static string Asset(string name) => Path.Combine(Folder, "assets", name);
}
