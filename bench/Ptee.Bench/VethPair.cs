using System.Diagnostics;
using System.Globalization;
using Ptee.Cli.Demo;
using Ptee.Shared;
using Ptee.Shared.Processes;

namespace Ptee.Bench;

/// <summary>
/// Two network namespaces with a virtual cable between them: a device and a server whose every byte passes an interface that
/// counts, and whose speed can be set. Needs Linux, <c>ip</c> and the right to make namespaces; gone when disposed of.
/// </summary>
internal sealed class VethPair : IDisposable
{
    public const string ServerAddress = "10.213.7.1";
    private const int EthernetBytes = 14;
    private const string EdgeAddress = "10.213.7.2";
    private readonly string _server = $"ptee-s{Environment.ProcessId}";
    private readonly string _edge = $"ptee-e{Environment.ProcessId}";

    private VethPair()
    {
    }

    /// <summary>Where the two programs run; the server's port is the system's choice.</summary>
    public DemoHosts Hosts => new($"http://{ServerAddress}:0", Server, Edge);

    /// <summary>What starts a program on the server's side.</summary>
    public string[] Server => ["ip", "netns", "exec", _server];

    /// <summary>What starts a program on the device's side.</summary>
    public string[] Edge => ["ip", "netns", "exec", _edge];

    /// <returns>Null where this machine does not allow it; a line says why.</returns>
    public static VethPair? TryCreate()
    {
        var pair = new VethPair();
        try
        {
            pair.Connect();
            return pair;
        }
        catch (PteeFormatException exception)
        {
            pair.Dispose();
            Console.Error.WriteLine($"bench: no network namespaces here ({exception.Message}); edge and server share the loopback");
            return null;
        }
    }

    /// <summary>Limits both directions with a token bucket that holds one packet: what it holds passes at once, whatever the rate.</summary>
    /// <param name="rate">As <c>tc</c> takes it: 250kbit.</param>
    /// <param name="mtu">Bytes of a packet, at most.</param>
    public void Limit(string rate, int mtu)
    {
        var bucket = (mtu + EthernetBytes).ToString(CultureInfo.InvariantCulture);
        foreach (var side in new[] { _server, _edge })
        {
            Run("ip", "-n", side, "link", "set", side, "mtu", mtu.ToString(CultureInfo.InvariantCulture));
            Run("ip", "netns", "exec", side, "tc", "qdisc", "replace", "dev", side, "root", "tbf", "rate", rate, "burst", bucket, "latency", "2s");
        }
    }

    /// <summary>What the device's interface has sent and received so far, all headers counted.</summary>
    public (Traffic Sent, Traffic Received) Passed() => (
        new Traffic(Counter("tx_bytes"), Counter("tx_packets")), new Traffic(Counter("rx_bytes"), Counter("rx_packets")));

    public void Dispose()
    {
        foreach (var side in new[] { _server, _edge })
        {
            try
            {
                Run("ip", "netns", "delete", side); // Its end of the cable goes with it, and so does the other.
            }
            catch (PteeFormatException)
            {
                // It was never made.
            }
        }
    }

    private void Connect()
    {
        Run("ip", "netns", "add", _server);
        Run("ip", "netns", "add", _edge);
        Run("ip", "link", "add", _server, "netns", _server, "type", "veth", "peer", "name", _edge, "netns", _edge);
        foreach (var (side, address) in new[] { (_server, ServerAddress), (_edge, EdgeAddress) })
        {
            Run("ip", "-n", side, "address", "add", $"{address}/24", "dev", side);
            Run("ip", "-n", side, "link", "set", "lo", "up");
            Run("ip", "-n", side, "link", "set", side, "up");
        }
    }

    private long Counter(string name) => long.Parse(
        Run("ip", "netns", "exec", _edge, "cat", $"/sys/class/net/{_edge}/statistics/{name}"), CultureInfo.InvariantCulture);

    /// <returns>What it wrote.</returns>
    /// <exception cref="PteeFormatException">It is not there, or did not succeed.</exception>
    private static string Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (said, fault) = (process.StandardOutput.ReadToEnd(), process.StandardError.ReadToEnd());
            process.WaitForExit();
            return process.ExitCode == 0
                ? said.Trim()
                : throw new PteeFormatException(
                    $"{new ProcessEnd($"{program} {string.Join(' ', arguments)}", process.ExitCode)}: {fault.Trim().ReplaceLineEndings(" ")}");
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new PteeFormatException($"{program}: {exception.Message}", exception);
        }
    }

    /// <summary>What an interface counts.</summary>
    public readonly record struct Traffic(long Bytes, long Packets);
}
