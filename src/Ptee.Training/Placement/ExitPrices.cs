using Ptee.Training.ExitTraining;

namespace Ptee.Training.Placement;

/// <summary>What a backbone and its candidate exits cost for one image: macs, or milliseconds on one machine.</summary>
/// <param name="Trunk">For each candidate, all blocks up to its cut.</param>
/// <param name="Branch">For each candidate, its branch.</param>
/// <param name="Whole">The whole backbone.</param>
public sealed record ExitPrices(double[] Trunk, double[] Branch, double Whole)
{
    /// <summary>Macs, from the descriptions.</summary>
    public static ExitPrices Counted(StagedExits exits) => new(
        [.. exits.TrunkMacs.Select(macs => (double)macs)],
        [.. exits.Branches.Select(branch => (double)branch.Branch.Macs)],
        exits.BackboneMacs);

    /// <summary>What an image costs that leaves at each of the chosen exits, the backbone's own last, over the backbone.</summary>
    public double[] AllIn(IReadOnlyList<int> chosen)
    {
        var branches = 0.0;
        var costs = new List<double>();
        foreach (var exit in chosen)
        {
            branches += Branch[exit];
            costs.Add((Trunk[exit] + branches) / Whole);
        }

        return [.. costs, (Whole + branches) / Whole];
    }

    /// <summary>What an image costs that leaves at each exit, in the prices' own unit.</summary>
    public double[] AllIn() => [.. AllIn([.. Enumerable.Range(0, Trunk.Length)]).Select(share => share * Whole)];
}
