using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ptee.Server.Commands;
using Ptee.Shared.Bundles;

namespace Ptee.Tests.Server;

public sealed partial class CommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ptee-server-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, string> Wrong => new()
    {
        { "--bundle {0}/none.ptee", "{0}/none.ptee: not found, expected a bundle (.ptee)" },
        { "--bundle {0}/text.ptee", "{0}/text.ptee: not a bundle, or a damaged one" },
        { "--bundle {0}/edge.ptee", "{0}/edge.ptee: expected a whole bundle or its server half, got one without seg" },
        { "--bundle x --urls no", "--urls is 'no', expected http://ADDRESS:PORT with an IP address or localhost" },
        { "--bundle {0}/x.ptee --urls https://127.0.0.1:1", "--urls is 'https://127.0.0.1:1', expected http: ptee-server itself speaks no TLS" },
        { "--bundle {0}/x.ptee --urls http://example.org:1", "--urls is 'http://example.org:1', expected http://ADDRESS:PORT" },
        { "--bundle {0}/x.ptee --urls http://127.0.0.1:1/path", "--urls is 'http://127.0.0.1:1/path', expected" },
        { "--bundle {0}/x.ptee --urls http://127.0.0.1:99999", "--urls is 'http://127.0.0.1:99999', expected" },
        { "--bundle {0}/x.ptee --max-batch 257", "--max-batch is '257', expected a whole number from 1 to 256" },
        { "--bundle {0}/x.ptee --queue many", "--queue is 'many', expected a whole number from 1 to 65536" },
        { "--bundle {0}/x.ptee --threads 0", "--threads is '0', expected a whole number from 1 to 256" },
        { "--bundle {0}/x.ptee --frames-in-flight 0", "--frames-in-flight is '0', expected a whole number from 1 to 4096" },
        { "--bundle {0}/x.ptee --max-batch -1", "-1" },
        { "--bundle {0}/x.ptee --bananas", "--bananas" },
        { "", "--bundle" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Wrong_input_is_one_line_and_status_1(string commandLine, string expected)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "text.ptee"), "not a zip");
        BundleWriter.Write(Frames.Bundle, Path.Combine(_folder, "edge.ptee"), BundleHalf.Edge);

        await RequireRefusalAsync(
            InFolder(commandLine).Split(' ', StringSplitOptions.RemoveEmptyEntries), InFolder(expected));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = $"http://{other.LocalEndpoint}";

        await RequireRefusalAsync(["--bundle", ServerHalf(), "--urls", url], $"--urls: cannot listen on {url}: ");
    }

    [Fact]
    public async Task An_address_of_another_machine_is_named()
    {
        const string Url = "http://192.0.2.1:0"; // Kept for documentation: nobody's.

        await RequireRefusalAsync(["--bundle", ServerHalf(), "--urls", Url], $"--urls: cannot listen on {Url}: ");
    }

    [Fact]
    public async Task Help_has_an_example()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        Assert.Equal(0, await ServeCommand.RunAsync(["--help"], output, error));
        Assert.Contains("ptee-server --bundle model.ptee --urls http://", output.ToString(), StringComparison.Ordinal);
        Assert.Empty(error.ToString());
    }

    [Fact]
    public async Task It_prints_one_line_writes_the_facts_and_ends_with_0_when_stopped()
    {
        var json = Path.Combine(_folder, "facts.json");
        using var stop = new CancellationTokenSource(RunningServer.Limit);
        using var output = new FirstLine();
        using var error = new StringWriter();
        var running = ServeCommand.RunAsync(
            ["--bundle", ServerHalf(), "--urls", "http://127.0.0.1:0;http://localhost:0", "--json", json],
            output,
            error,
            stop.Token);

        var line = await Task.WhenAny(output.Line, running) == running ? $"ended: {error}" : await output.Line;
        var facts = JsonDocument.Parse(await File.ReadAllTextAsync(json)).RootElement;
        await stop.CancelAsync();

        Assert.Matches(Listening(), line);
        Assert.EndsWith($" bundle {Frames.Bundle.Id}", line, StringComparison.Ordinal);
        Assert.Equal(0, await running.WaitAsync(RunningServer.Limit));
        Assert.Equal(line + Environment.NewLine, output.ToString());
        Assert.Empty(error.ToString());
        Assert.Equal(Frames.Bundle.Id, facts.GetProperty("bundle").GetString());
        Assert.Equal(Environment.ProcessId, facts.GetProperty("pid").GetInt32());
        var urls = facts.GetProperty("urls").EnumerateArray().Select(url => url.GetString());
        Assert.Contains($"listening on {string.Join(';', urls)} ", line, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^ptee-server: listening on (http://127\.0\.0\.1:[1-9]\d*;?){2} bundle [0-9a-f]{64}$")]
    private static partial Regex Listening();

    private string InFolder(string text) => text.Replace("{0}", _folder, StringComparison.Ordinal);

    private string ServerHalf()
    {
        var path = Path.Combine(_folder, "server.ptee");
        BundleWriter.Write(Frames.Bundle, path, BundleHalf.Server);
        return path;
    }

    private static async Task RequireRefusalAsync(string[] args, string expected)
    {
        using var stop = new CancellationTokenSource(RunningServer.Limit);
        using var output = new StringWriter();
        using var error = new StringWriter();

        var status = await ServeCommand.RunAsync(args, output, error, stop.Token);

        Assert.Equal(1, status);
        Assert.Empty(output.ToString());
        Assert.StartsWith("ptee-server: ", error.ToString(), StringComparison.Ordinal);
        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
        Assert.Single(error.ToString().TrimEnd().Split('\n'));
    }

    /// <summary>Tells when a line has been written and flushed.</summary>
    private sealed class FirstLine : StringWriter
    {
        private readonly TaskCompletionSource<string> _line = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Line => _line.Task;

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            _line.TrySetResult(ToString().TrimEnd());
            return Task.CompletedTask;
        }
    }
}
