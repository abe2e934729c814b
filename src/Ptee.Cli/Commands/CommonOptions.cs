using System.CommandLine;
using Ptee.CommandLine;
using Ptee.Engines;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Inference;

namespace Ptee.Cli.Commands;

/// <summary>Options that several commands of <c>ptee</c> take, made anew for each.</summary>
internal static class CommonOptions
{
    public const int MostEpochs = 1000;
    public const int MostBatch = 4096;
    public const double LeastRate = 1e-7;
    public const double MostLambda = 1000;
    public const double MostLoss = 0.5; // Of agreement.

    public static Option<string?> Json() =>
        new Option<string?>("--json") { Description = "Write the same facts to this file as JSON.", HelpName = "FILE" }.MustBeWritableFile();

    public static NumberOption<int> Seed() => NumberOptions.One("--seed", "Seed of everything random.", int.MinValue, int.MaxValue, otherwise: 1);

    /// <summary>A data set whose training images the command parts by itself.</summary>
    public static Option<string> Data(string fallback) => Data(fallback, "cifar10, fashion-mnist, svhn, or a path.");

    /// <summary>A data set or a part of one, the test images unless said.</summary>
    public static Option<string> DataPart(string fallback) =>
        Data(fallback, "cifar10, fashion-mnist, svhn (:train, :heldout or :test after it; :test unless said), or a path.");

    public static NumberOption<int> Threads() => SharedOptions.Threads(least: 0, otherwise: 0);

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
