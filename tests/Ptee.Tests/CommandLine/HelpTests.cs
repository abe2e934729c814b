using System.CommandLine;
using System.Text.RegularExpressions;
using Ptee.Server.Hosting;

namespace Ptee.Tests.CommandLine;

public sealed partial class HelpTests
{
    [Fact]
    public void All_examples_are_of_the_server_s_own_port()
    {
        var own = new Uri(ServerOptions.DefaultUrl).Port;
        var ports = AllCommands.Make().SelectMany(named => Port().Matches(Help(named.Command)).Select(match => (named.Path, Port: match.Groups[1].Value))).ToArray();

        Assert.All(ports, port => Assert.Equal($"{own}", port.Port));
        Assert.Contains("ptee-edge classify", ports.Select(port => port.Path));
        Assert.Contains("ptee-server", ports.Select(port => port.Path));
    }

    [Fact]
    public void Every_number_says_its_range()
    {
        var text = Help(AllCommands.Make().Single(named => named.Path == "ptee import").Command);

        Assert.Matches(@"--mean <N,N,…> +Of the input, one a channel; ImageNet's unless given\. 0 to 1\. \[default: 0\.485\|0\.456\|0\.406\]", SingleSpaced().Replace(text, " "));
    }

    private static string Help(Command command)
    {
        using var output = new StringWriter();
        command.Parse(["--help"]).Invoke(new() { Output = output });
        return output.ToString();
    }

    [GeneratedRegex(@"://[^\s/]+:(\d+)")]
    private static partial Regex Port();

    [GeneratedRegex(@"\s+")]
    private static partial Regex SingleSpaced();
}
