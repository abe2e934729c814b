using Ptee.Cli.Demo;
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

    /// <summary>A server on a loopback port of the system's choice.</summary>
    /// <param name="bundle">Path of the bundle that it runs.</param>
    /// <param name="options">Further ones of <c>ptee-server</c>.</param>
    /// <param name="cancellationToken">Ends it when it is cancelled.</param>
    /// <exception cref="PteeFormatException">The program is not there.</exception>
    public static ChildProcess StartServer(string bundle, IEnumerable<string> options, CancellationToken cancellationToken) => ChildProcess.Start(
        "ptee-server", ["--bundle", bundle, "--urls", "http://127.0.0.1:0", .. options], Folder, cancellationToken);

    public static string Asset(string name) => Path.Combine(Folder, "assets", name);
}
