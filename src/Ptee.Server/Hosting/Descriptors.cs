using System.Globalization;
using Ptee.Shared;

namespace Ptee.Server.Hosting;

/// <summary>Files that this process may have open; a connection is one of them, and a server that runs out of them ends.</summary>
internal static class Descriptors
{
    /// <summary>What the process itself needs: libraries, the bundle, listening sockets, and connections that are being refused.</summary>
    public const int Own = 256;

    private const string Limits = "/proc/self/limits";

    /// <summary>Connections that fit; null where the system does not say.</summary>
    public static int? Room() => File.Exists(Limits) ? Room(File.ReadLines(Limits)) : null;

    /// <param name="limits">As Linux writes them.</param>
    public static int? Room(IEnumerable<string> limits)
    {
        var words = limits.FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal))?
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is [_, _, _, var soft, ..] && int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var files)
            ? files - Own
            : null;
    }

    /// <exception cref="PteeFormatException">So many connections do not fit.</exception>
    public static void Require(int connections, int? room)
    {
        if (connections > room)
        {
            throw new PteeFormatException(
                $"--connections: {connections} do not fit, this process may open {room + Own} files and keeps {Own} for itself; "
                + "expected fewer connections, or a higher limit of open files (ulimit -n)");
        }
    }
}
