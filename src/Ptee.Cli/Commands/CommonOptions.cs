using System.CommandLine;
using Ptee.Engines;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Inference;

namespace Ptee.Cli.Commands;

/// <summary>Options that several commands take, made anew for each.</summary>
internal static class CommonOptions
{
    private const int MostThreads = 256; // An engine makes as many as it is told.

    public static Option<string?> Json() =>
        new Option<string?>("--json") { Description = "Write the same facts to this file as JSON.", HelpName = "FILE" }.MustBeWritableFile();

    public static Option<int> Seed() => new("--seed") { Description = "Seed of everything random.", DefaultValueFactory = _ => 1 };

    public static Option<string?> DataRoot() => new("--data-root")
    {
        Description = "Folder of the named data sets; else $PTEE_DATA, else the user's cache folder.",
        HelpName = "DIR",
    };

    /// <summary>A data set whose training images the command parts by itself.</summary>
    public static Option<string> Data(string fallback) => Data(fallback, "cifar10, fashion-mnist, svhn, or a path.");

    /// <summary>A data set or a part of one, the test images unless said.</summary>
    public static Option<string> DataPart(string fallback) =>
        Data(fallback, "cifar10, fashion-mnist, svhn (:train, :heldout or :test after it; :test unless said), or a path.");

    public static Option<int?> Images() => new("--images") { Description = "Only the first N images.", HelpName = "N" };

    public static Option<int> Threads() => new Option<int>("--threads")
    {
        Description = "Threads inside one operator; 0 leaves the choice to the engine.",
        DefaultValueFactory = _ => 0,
    }.Between(0, MostThreads);

    public static Option<string> Engine() => new("--engine")
    {
        Description = $"{string.Join(" or ", BundleEngines.Names)}.",
        HelpName = "NAME",
        DefaultValueFactory = _ => BundleEngines.Default,
    };

    public static Option<string> Device() => new("--device")
    {
        Description = "Where the engine computes: cpu, or cuda with --engine torch.",
        HelpName = "NAME",
        DefaultValueFactory = _ => BundleEngines.DefaultDevice,
    };

    /// <summary>
    /// Opens the engine that these options name; the name is looked at here already. One thread unless others are asked for, as
    /// edge and server have: what is timed is what they run.
    /// </summary>
    /// <exception cref="PteeFormatException">No engine of this build has that name.</exception>
    public static Func<Bundle, IEngine> Opener(ParseResult parsed, Option<string> engine, Option<string> device, Option<int> threads)
    {
        var (name, place, count) = (
            BundleEngines.Require(parsed.GetRequiredValue(engine)), parsed.GetRequiredValue(device), parsed.GetResult(threads) is { Implicit: false } ? parsed.GetValue(threads) : 1);
        return bundle => BundleEngines.Open(name, bundle, count, place);
    }

    public static Option<string?> Point() => new("--point")
    {
        Description = $"Operating point: {string.Join(", ", OperatingPoint.Targets.Select(target => target.Name))}, or {OperatingPoint.Budget} where calibrate made it; {OperatingPoint.Accurate} unless said.",
        HelpName = "NAME",
    };

    public static Option<float?> Threshold() => new("--threshold")
    {
        Description = "One threshold for all exits instead of a point: 0 = always leave, above 1 = never.",
        HelpName = "T",
    };

    public static Argument<string> Folder() => new("DIR") { Description = "The model's folder, as import or backbone train made it." };

    public static Argument<string> Bundle() => new("BUNDLE") { Description = "A bundle (.ptee)." };

    /// <summary>What means nothing beside another option is not taken in silence.</summary>
    /// <param name="why">That option, and what it does.</param>
    /// <exception cref="PteeFormatException">One of the options was given: it is named.</exception>
    public static void Refuse(ParseResult parsed, string why, params IEnumerable<Option> options)
    {
        if (options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } extra)
        {
            throw new PteeFormatException($"{why}: expected no {extra.Name} beside it");
        }
    }

    private static Option<string> Data(string fallback, string description) => new("--data")
    {
        Description = description,
        HelpName = "NAME",
        DefaultValueFactory = _ => fallback,
    };
}
