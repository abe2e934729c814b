using System.CommandLine;
using Ptee.CommandLine;
using Ptee.Edge.Classification;
using Ptee.Engines;
using Ptee.Shared;
using Ptee.Shared.Adaptation;
using Ptee.Shared.Exits;
using Ptee.Shared.IO;

namespace Ptee.Edge.Commands;

/// <summary><c>ptee-edge classify</c>: its options, and what they say together.</summary>
internal sealed class ClassifyCommand
{
    private const int DefaultDeadlineMs = 2000;
    private const int MaxDeadlineMs = 600_000;

    private readonly Argument<string[]> _files = new("FILES")
    {
        Description = "Pictures (PNG, JPEG, WebP), folders of them, CIFAR-10 .bin or SVHN .mat files, or named sets (cifar10).",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _bundle = Named<string>(
        "--bundle", "FILE", "The model: a .ptee file.", required: true);

    private readonly Option<string?> _server = Named<string?>(
        "--server", "URL", "Who finishes what the device is not sure of: http://host:port. Without: the device.");

    private readonly Option<string?> _point = Named<string?>(
        "--point", "NAME", "Operating point: strict (lossless in bundles from before), accurate (default) or balanced.");

    private readonly Option<float?> _threshold = SharedOptions.Threshold();

    private readonly Option<string?> _gate = Named<string?>(
        "--gate", "NAME", $"How exits score their answers: {string.Join(", ", Gates.Names)}. Default: the point's.");

    private readonly Option<int?> _split = NumberOptions.Optional(
        "--split", "Index of the cut at which images are handed over. Default: the bundle's deepest.", 0, int.MaxValue);

    private readonly Option<string?> _codec = Named<string?>(
        "--codec", "NAME", "How what is handed over travels: f32, u8; where the bundle has them quant, bottleneck, bottleneck-2 and so on (coarser); the picture as raw, png, webp (all lossless), jpeg:Q, webp:Q. Several with commas: each image takes the shortest. Default: the cut's and webp.");

    private readonly Option<bool> _adapt = new("--adapt")
    {
        Description = "Moves the thresholds of the device's exits by what comes back, without labels; the server's exits keep the point's.",
    };

    private readonly Option<double?> _adaptPrice = SharedOptions.AdaptPrice();

    private readonly Option<int> _deadline = NumberOptions.One(
        "--deadline", "Milliseconds that an image may wait for the server; then the device answers.", 1, MaxDeadlineMs, DefaultDeadlineMs, "MS");

    private readonly Option<int> _inFlight = NumberOptions.One(
        "--in-flight", "Images on their way to the server and back, at most; 0: the next is not begun before the last has its answer.", 0, 4096, otherwise: 32);

    private readonly Option<int> _batch = NumberOptions.One("--batch", "Images that the device computes together.", 1, 256, otherwise: 1);

    private readonly Option<int?> _images = SharedOptions.Images();

    private readonly Option<string> _engine = SharedOptions.Engine();

    private readonly Option<string> _device = SharedOptions.Device();

    private readonly Option<int> _threads = SharedOptions.Threads(least: 0, otherwise: 1);

    private readonly Option<string?> _json = Named<string?>("--json", "FILE", "Writes the whole report there.");

    private readonly Option<bool> _jsonLines = new("--jsonl")
    {
        Description = "Prints each answer as a line of JSON.",
    };

    private readonly Option<int?> _statsEvery = NumberOptions.Optional(
        "--stats-every", "Prints a line on memory after every N images: resident now, allocated by .NET since the start.", 1, int.MaxValue);

    private readonly Option<string?> _dataRoot = SharedOptions.DataRoot();

    private readonly Option<bool> _quiet = new("--quiet") { Description = "Prints no lines for pictures, no notices and no summary." };

    public static Command Create(TextWriter output, TextWriter error)
    {
        var options = new ClassifyCommand();
        var command = new Command(
            "classify",
            """
            Says what is on pictures.

            Standard output gets a line for each picture: its name, its class, how probable that is, the exit that answered, on
            which side that exit is, and the time it took. A line ends with "unsure" where the device's last exit answered
            although its score is below its threshold, because there is no server to ask, and with "degraded" where the server
            was asked and did not answer in time, so that the device's last exit answered instead.
            Standard error gets a summary at the end, also when the run is stopped by Ctrl-C or SIGTERM.

            Exit status: 0 when every picture has an answer, unsure and degraded ones too; 1 when something that was given is
            wrong, or some pictures could not be answered; 130 when the run was stopped, and --json then holds what was
            answered until then; 70 for a bug.

            Example:
              ptee-edge classify photos/ --bundle resnet110.ptee --server http://10.0.0.2:5210
            """)
        {
            options._files, options._bundle, options._server, options._point, options._threshold, options._gate,
            options._split, options._codec, options._deadline, options._inFlight, options._batch, options._images,
            options._adapt, options._adaptPrice, options._engine, options._device, options._threads, options._json, options._jsonLines,
            options._statsEvery, options._dataRoot, options._quiet,
        };
        command.SetAction((parsed, cancellationToken) =>
            new ClassifyJob(options.Read(parsed), output, error).RunAsync(cancellationToken));
        return command;
    }

    private static Option<T> Named<T>(string name, string valueName, string description, bool required = false) =>
        new(name) { Description = description, HelpName = valueName, Required = required };

    private static Uri? ServerOf(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            && url is { PathAndQuery: "/", UserInfo: "", Fragment: "" }
            ? url
            : throw new PteeFormatException(
                $"--server is {Printable.Quote(text)}, expected http://HOST:PORT as ptee-server prints it, or https://HOST:PORT of a proxy before it");
    }

    private AdaptationOptions? AdaptOf(ParseResult parsed)
    {
        var price = parsed.GetValue(_adaptPrice);
        if (!parsed.GetValue(_adapt))
        {
            return price is null ? null : throw new PteeFormatException("--adapt-price: expected --adapt with it");
        }

        return parsed.GetValue(_threshold) is null && parsed.GetValue(_gate) is null
            ? new AdaptationOptions { Price = price }
            : throw new PteeFormatException("--adapt chooses among the bundle's own thresholds: expected no --threshold or --gate with it");
    }

    private ClassifyRequest Read(ParseResult parsed) => new(
        parsed.GetRequiredValue(_files),
        parsed.GetRequiredValue(_bundle),
        ServerOf(parsed.GetValue(_server)),
        new SplitSettings(
            parsed.GetValue(_point),
            parsed.GetValue(_threshold),
            parsed.GetValue(_gate),
            parsed.GetValue(_split),
            parsed.GetValue(_codec)),
        AdaptOf(parsed),
        TimeSpan.FromMilliseconds(parsed.GetValue(_deadline)),
        parsed.GetValue(_inFlight),
        parsed.GetValue(_batch),
        parsed.GetValue(_images),
        BundleEngines.Require(parsed.GetRequiredValue(_engine)),
        parsed.GetRequiredValue(_device),
        parsed.GetValue(_threads),
        parsed.GetValue(_json),
        parsed.GetValue(_jsonLines),
        parsed.GetValue(_statsEvery),
        parsed.GetValue(_dataRoot),
        parsed.GetValue(_quiet));
}
