using System.Collections.Frozen;
using System.Globalization;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.IO;
using Ptee.Shared.Profiling;

namespace Ptee.Training.Placement;

/// <summary>Rules that say where exits go. Source: PTEENet, arXiv:2501.02508, section on placement.</summary>
public static class Placements
{
    public const string Fine = "fine";
    public const string Pareto = "pareto";
    public const string Golden = "golden";
    public const string Linear = "linear";
    public const string At = "at";

    /// <summary>Not a rule but a choice among trained exits, by measured time: <see cref="ExitSubsetSearch"/>.</summary>
    public const string Measured = "measured";

    /// <summary>The same choice by macs, which are the same on every machine.</summary>
    public const string Counted = "counted";

    private const double GoldenRatio = 1.61803398875;

    /// <summary>Exit i of n goes where the trunk reaches this share of the backbone's macs.</summary>
    private static readonly FrozenDictionary<string, Func<int, int, double>> Shares = new Dictionary<string, Func<int, int, double>>
    {
        [Fine] = (i, _) => 1 - Math.Pow(0.95, i + 1),
        [Pareto] = (i, _) => 1 - Math.Pow(0.80, i + 1),
        [Golden] = (i, n) => Math.Pow(GoldenRatio, i - n),
        [Linear] = (i, n) => (i + 1.0) / (n + 1),
    }.ToFrozenDictionary();

    public static IEnumerable<string> Names => Shares.Keys.Order(StringComparer.Ordinal);

    /// <summary>Places <paramref name="exits"/> exits by a named rule.</summary>
    /// <returns>Indexes of the blocks that exits follow.</returns>
    /// <exception cref="PteeFormatException">The rule is unknown, or the backbone has too few places for it.</exception>
    public static int[] Place(string method, Backbone backbone, int exits) => Shares.TryGetValue(method, out var share)
        ? FirstAtOrAbove(method, backbone, exits, i => share(i, exits))
        : throw new PteeFormatException($"unknown placement '{method}'; known: {string.Join(", ", Names)}, {Measured}, {Counted}; by hand with --at 3,9,18");

    /// <summary>Cuts chosen by hand.</summary>
    /// <param name="blocks">Block numbers, comma-separated, or the picture: <c>pixels,5,8,11</c>.</param>
    /// <exception cref="PteeFormatException">Not numbers, not in order, or a block that cannot be cut after.</exception>
    public static int[] ByHand(string blocks, Backbone backbone)
    {
        var places = backbone.Blocks.Index().Where(block => block.Item.CanCut).Select(block => block.Index).ToHashSet();
        var chosen = blocks.Split(',', StringSplitOptions.TrimEntries).Select(text =>
            text == Backbone.PixelsName ? Backbone.Pixels
            : PlainNumber.TryParse<int>(text, out var block) && places.Contains(block) ? block
            : throw new PteeFormatException(
                $"--at: '{text}' is no block to cut after; {backbone.Architecture.Name} has {places.Min()} to {places.Max()}, and {Backbone.PixelsName}"))
            .ToArray();
        return chosen.Zip(chosen.Skip(1)).All(pair => pair.First < pair.Second)
            ? chosen
            : throw new PteeFormatException($"--at: {blocks} is not in rising order");
    }

    /// <summary>
    /// Walks the blocks; an exit goes after the first block at which the trunk's share of the macs reaches the next
    /// threshold. At most one exit a block; branches are not counted.
    /// </summary>
    private static int[] FirstAtOrAbove(string method, Backbone backbone, int exits, Func<int, double> threshold)
    {
        var profile = BackboneProfile.Of(backbone);
        var placed = new List<int>();
        for (var block = 0; block < profile.Blocks.Count && placed.Count < exits; block++)
        {
            if (profile.Blocks[block].CanCut && profile.TrunkMacs(block) >= threshold(placed.Count) * profile.Macs)
            {
                placed.Add(block);
            }
        }

        return placed.Count == exits
            ? [.. placed]
            : throw new PteeFormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"{backbone.Architecture.Name} has room for {placed.Count} exits by rule '{method}', asked for {exits}: no block is left to cut after at or above {100 * threshold(placed.Count):F1} % of the macs"));
    }
}
