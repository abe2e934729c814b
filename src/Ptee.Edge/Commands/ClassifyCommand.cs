using System.CommandLine;
using Ptee.Edge.Classification;
using Ptee.Engines;
using Ptee.Shared;
using Ptee.Shared.Adaptation;
using Ptee.Shared.Exits;

namespace Ptee.Edge.Commands;

/// <summary><c>ptee-edge classify</c>: its options, and what they say together.</summary>
internal sealed class ClassifyCommand
{
    private const int DefaultDeadlineMs = 2000;
    private const int MaxDeadlineMs = 600_000;
    private const double MaxPrice = 100;

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
        "--point", "NAME", "Operating point: lossless, accurate (default) or balanced.");

    private readonly Option<float?> _threshold = Named<float?>(
        "--threshold", "T", "One threshold for all exits instead: 0 (the first exit answers) to 1.01 (none does).")
        .Between(0, Math.Round(ExitPolicy.Never, 2));

    private readonly Option<string?> _gate = Named<string?>(
        "--gate", "NAME", $"How exits score their answers: {string.Join(", ", Gates.Names)}. Default: the point's.");

    private readonly Option<int?> _split = Named<int?>(
        "--split", "N", "Index of the cut at which images are handed over. Default: the bundle's deepest.");

    private readonly Option<string?> _codec = Named<string?>(
        "--codec", "NAME", "How what is handed over travels: f32, u8; where the bundle has them quant, bottleneck, bottleneck-2 and so on (coarser); the picture as raw, png, webp (all lossless), jpeg:Q, webp:Q. Several with commas: each image takes the shortest. Default: the cut's and webp.");

    private readonly Option<bool> _adapt = new("--adapt")
    {
        Description = "Moves the thresholds of the device's exits by what comes back, without labels; the server's exits keep the point's.",
    };

    private readonly Option<double?> _adaptPrice = Named<double?>(
        "--adapt-price", "P", "With --adapt: agreement that one backbone's macs are worth. Default: what the point pays.")
        .Between(0, MaxPrice);

    private readonly Option<int> _deadline = Named(
        "--deadline", "MS", "How long an image may wait for the server; then the device answers.", DefaultDeadlineMs)
        .Between(1, MaxDeadlineMs);

    private readonly Option<int> _inFlight = Named(
        "--in-flight", "N", "Images on their way to the server and back, at most; 0: the next is not begun before the last has its answer.", 32).Between(0, 4096);

    private readonly Option<int> _batch = Named("--batch", "N", "Images that the device computes together.", 1)
        .Between(1, 256);

    private readonly Option<int?> _images = Named<int?>("--images", "N", "Only the first N.").Between(1, int.MaxValue);

    private readonly Option<string> _engine = new("--engine")
    {
        Description = $"{string.Join(" or ", BundleEngines.Names)}.",
        HelpName = "NAME",
        DefaultValueFactory = _ => BundleEngines.Default,
    };

    private readonly Option<string> _device = new("--device")
    {
        Description = "Where the engine computes: cpu, or cuda with --engine torch.",
        HelpName = "NAME",
        DefaultValueFactory = _ => BundleEngines.DefaultDevice,
    };

    private readonly Option<int> _threads = Named(
        "--threads", "N", "Threads inside one operator of the engine; 0 leaves it the choice.", 1).Between(0, 256);

    private readonly Option<string?> _json = Named<string?>("--json", "FILE", "Writes the whole report there.");

    private readonly Option<bool> _jsonLines = new("--jsonl")
    {
        Description = "Prints each answer as a line of JSON.",
    };

    private readonly Option<int?> _statsEvery = Named<int?>(
        "--stats-every", "N", "Prints a line on memory after every N images: resident now, allocated by .NET since the start.").Between(1, int.MaxValue);

    private readonly Option<string?> _dataRoot = Named<string?>(
        "--data-root", "DIR", "Where the named data sets live. Default: $PTEE_DATA, else the user's cache folder.");

    private readonly Option<bool> _quiet = new("--quiet") { Description = "Prints no lines for pictures, no notices and no summary." };

    private ClassifyCommand()
    {
        _files.Validators.Add(result =>
        {
            var texts = result.Tokens.Select(token => token.Value);
            if (texts.FirstOrDefault(text => text.StartsWith("--", StringComparison.Ordinal)) is { } option)
            {
                result.AddError($"unknown option '{option}'; ptee-edge classify --help lists those there are");
            }
        });
    }

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
              ptee-edge classify photos/ --bundle resnet110.ptee --server http://10.0.0.2:7070
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

    private static Option<int> Named(string name, string valueName, string description, int value) =>
        new(name) { Description = description, HelpName = valueName, DefaultValueFactory = _ => value };

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
            : throw new PteeFormatException($"--server {text}: expected http://host:port");
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
