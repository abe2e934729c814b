using Ptee.Training.Calibration;
using Ptee.Training.Evaluation;

namespace Ptee.Training.Placement;

/// <summary>
/// Picks number, kind and place of exits among trained candidates: those that lower the expected cost most while held-out
/// agreement stays within a tolerance. Adds the best exit while one helps, then takes away what is no longer needed.
/// </summary>
/// <remarks>In the manner of HAPI (Laskaridis et al. 2020, arXiv:2008.03997), with measured times and a greedy search.</remarks>
/// <param name="candidates">What each candidate says of held-out training images, shallowest first.</param>
/// <param name="blocks">The block that each candidate follows; at most one is chosen at a block.</param>
public sealed class ExitSubsetSearch(ExitTable candidates, IReadOnlyList<int> blocks, ExitPrices prices, string gate, double agreement)
{
    /// <param name="most">At most so many exits.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="most"/> is under 1.</exception>
    public ExitChoice Run(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var best = Evaluate([]);
        while (best.Exits.Length < most && BestOf(Larger(best.Exits)) is { } larger && larger.Point.AllInRatio < best.Point.AllInRatio)
        {
            best = larger;
        }

        while (BestOf(Smaller(best.Exits)) is { } smaller && smaller.Point.AllInRatio < best.Point.AllInRatio)
        {
            best = smaller;
        }

        return best;
    }

    internal ExitChoice Evaluate(int[] exits)
    {
        var search = new PerExitSearch(candidates.Keep(exits), prices.AllIn(exits));
        return new ExitChoice(exits, search.Cheapest(search.Curve(gate), "", agreement));
    }

    private ExitChoice? BestOf(IEnumerable<int[]> subsets) =>
        subsets.Select(Evaluate).MinBy(choice => choice.Point.AllInRatio);

    private IEnumerable<int[]> Larger(int[] chosen)
    {
        var taken = chosen.Select(exit => blocks[exit]).ToHashSet();
        return Enumerable.Range(0, blocks.Count)
            .Where(exit => !taken.Contains(blocks[exit]))
            .Select(exit => chosen.Append(exit).Order().ToArray());
    }

    private static IEnumerable<int[]> Smaller(int[] chosen) =>
        chosen.Select(exit => chosen.Where(other => other != exit).ToArray());
}
