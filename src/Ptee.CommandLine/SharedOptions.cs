using System.CommandLine;
using Ptee.Engines;
using Ptee.Shared.Exits;

namespace Ptee.CommandLine;

/// <summary>Options that more than one program takes, made anew for each command.</summary>
public static class SharedOptions
{
    private const int MostThreads = 256; // An engine makes as many as it is told.
    private const double MostPrice = 100;

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

    /// <param name="least">0 where the engine may choose.</param>
    public static NumberOption<int> Threads(int least, int otherwise) => NumberOptions.One(
        "--threads", $"Threads inside one operator of the engine{(least == 0 ? "; 0 leaves it the choice" : "")}.", least, MostThreads, otherwise);

    public static NumberOption<int?> Images() => NumberOptions.Optional("--images", "Only the first N images.", 1, int.MaxValue);

    public static NumberOption<float?> Threshold() => NumberOptions.Optional(
        "--threshold", "One threshold for all exits instead of a point: with 0 the first exit answers, above 1 none does.", 0, ExitPolicy.Never, "T");

    public static NumberOption<double?> AdaptPrice() => NumberOptions.Optional(
        "--adapt-price", "With --adapt: agreement that one backbone's macs are worth; what the point pays unless given.", 0, MostPrice, "P");

    public static Option<string?> DataRoot() => new("--data-root")
    {
        Description = "Folder of the named data sets; else $PTEE_DATA, else the user's cache folder.",
        HelpName = "DIR",
    };
}
