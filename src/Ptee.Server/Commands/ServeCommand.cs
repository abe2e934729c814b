using System.CommandLine;
using Microsoft.Extensions.Logging.Console;
using Ptee.CommandLine;
using Ptee.Engines;
using Ptee.Server.Hosting;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;

namespace Ptee.Server.Commands;

/// <summary>The command line of <c>ptee-server</c>: parses, starts the server, prints where it listens.</summary>
internal sealed class ServeCommand
{
    private const string Help = """
        Finishes on this machine what edge devices started.

        Prints one line when it listens: "ptee-server: listening on URL bundle ID". Ctrl-C or SIGTERM ends it.

        Example:
          ptee-server --bundle model.ptee --urls http://127.0.0.1:5210
        """;

    private const int LogLines = 1024;

    private static readonly ServerOptions Defaults = new();

    private readonly Option<string> _bundle = new("--bundle")
    {
        Description = "The model: a whole bundle or its server half.",
        Required = true,
        HelpName = "FILE",
    };

    private readonly Option<string> _urls = new("--urls")
    {
        Description = "Where to listen: http://ADDRESS:PORT, several with ';' between. Port 0 takes a free one.",
        DefaultValueFactory = _ => ServerOptions.DefaultUrl,
        HelpName = "URL[;URL]",
    };

    private readonly Option<string> _engine = SharedOptions.Engine();

    private readonly Option<string> _device = SharedOptions.Device();

    private readonly Option<int> _threads = SharedOptions.Threads(least: 1, otherwise: 1);

    private readonly Option<int> _maxBatch = NumberOptions.One(
        "--max-batch", "Frames in one forward pass, at most.", 1, 256, Defaults.MaxBatch);

    private readonly Option<int> _queue = NumberOptions.One(
        "--queue", "Frames waiting, all streams together; one more is refused.", 1, 65536, Defaults.QueueLimit);

    private readonly Option<int> _framesInFlight = NumberOptions.One(
        "--frames-in-flight", "Unanswered frames a stream; more are not read.", 1, 4096, Defaults.FramesInFlight);

    private readonly Option<int> _connections = NumberOptions.One(
        "--connections",
        "Open connections; one more is closed at once. Unless given, as many as the limit of open files has room for, if that is less.",
        1,
        65536,
        Defaults.MaxConnections);

    private readonly Option<int> _connectionsPerAddress = NumberOptions.One(
        "--connections-per-address", "Open connections of one address.", 1, 65536, Defaults.MaxConnectionsPerAddress);

    private readonly Option<int> _idle = NumberOptions.One(
        "--idle-seconds", "A stream that sends no frame for so long is ended.", 1, 86400, (int)Defaults.IdleLimit.TotalSeconds);

    private readonly Option<string?> _json = new("--json")
    {
        Description = "Writes urls, bundle id and process id there when it listens.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _verbose = new("--verbose")
    {
        Description = "Logs what happens, not only what is wrong.",
    };

    private readonly TextWriter _output;

    private ServeCommand(TextWriter output) => _output = output;

    /// <summary>Runs until a signal comes or <paramref name="stop"/> is cancelled.</summary>
    /// <returns>The exit status.</returns>
    public static Task<int> RunAsync(
        string[] args, TextWriter output, TextWriter error, CancellationToken stop = default) =>
        new CommandLineProgram("ptee-server", Root(output), output, error) { Patience = ServerHost.ShutdownLimit * 2 }.RunAsync(args, stop);

    public static RootCommand Root(TextWriter output) => new ServeCommand(output).Build();

    private RootCommand Build()
    {
        var root = new RootCommand(Help)
        {
            _bundle, _urls, _engine, _device, _threads, _maxBatch, _queue, _framesInFlight,
            _connections, _connectionsPerAddress, _idle, _json, _verbose,
        };
        root.SetAction(ServeAsync);
        return root;
    }

    private async Task<int> ServeAsync(ParseResult parsed, CancellationToken stop)
    {
        var options = new ServerOptions
        {
            Urls = ListenUrl.ParseList(parsed.GetRequiredValue(_urls)),
            MaxBatch = parsed.GetValue(_maxBatch),
            QueueLimit = parsed.GetValue(_queue),
            FramesInFlight = parsed.GetValue(_framesInFlight),
            MaxConnections = Connections(parsed),
            MaxConnectionsPerAddress = parsed.GetValue(_connectionsPerAddress),
            IdleLimit = TimeSpan.FromSeconds(parsed.GetValue(_idle)),
        };
        var name = BundleEngines.Require(parsed.GetRequiredValue(_engine));
        var model = new ServedModel(Bundle.Open(parsed.GetRequiredValue(_bundle)));
        using var engine = BundleEngines.Open(name, model.Bundle, parsed.GetValue(_threads), parsed.GetRequiredValue(_device));
        await using var host = await ServerHost.StartAsync(
            model, engine, options, TimeProvider.System, logging => LogToError(logging, parsed.GetValue(_verbose)));
        if (parsed.GetValue(_json) is { } json)
        {
            JsonFile.Write(json, new ServeFacts(host.Urls, model.Bundle.Id, Environment.ProcessId));
        }

        var urls = string.Join(';', host.Urls);
        await _output.WriteLineAsync($"ptee-server: listening on {urls} bundle {model.Bundle.Id}");
        await _output.FlushAsync(CancellationToken.None);
        await host.WorkerEnded.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await host.StopAsync();
        await host.WorkerEnded;
        return ExitStatus.Good;
    }

    private int Connections(ParseResult parsed) => parsed.GetResult(_connections) is { Implicit: false } || Descriptors.Room() is not { } room
        ? parsed.GetValue(_connections)
        : Math.Clamp(room, 1, Defaults.MaxConnections);

    /// <summary>Standard output is for the one line that a parent process reads.</summary>
    private static void LogToError(ILoggingBuilder logging, bool verbose) => logging
        .SetMinimumLevel(verbose ? LogLevel.Information : LogLevel.Warning)
        .AddSimpleConsole(format =>
        {
            format.SingleLine = true;
            format.ColorBehavior = LoggerColorBehavior.Disabled;
        })
        .Services.Configure<ConsoleLoggerOptions>(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            // Where nobody reads what is logged, lines are lost: the server does not wait for its reader.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
            console.MaxQueueLength = LogLines;
        });
}
