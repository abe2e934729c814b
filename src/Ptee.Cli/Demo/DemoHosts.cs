namespace Ptee.Cli.Demo;

/// <summary>Where server and edge run.</summary>
/// <param name="Url">That the server listens on.</param>
/// <param name="Server">A command and its arguments that the server is started by; empty: none.</param>
/// <param name="Edge">The same for the edge.</param>
internal sealed record DemoHosts(string Url, IReadOnlyList<string> Server, IReadOnlyList<string> Edge)
{
    public static DemoHosts Loopback { get; } = new("http://127.0.0.1:0", [], []);
}
