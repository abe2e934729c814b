namespace Ptee.Training.Placement;

/// <summary>Measured times of a backbone with candidate exits on one machine, for one image.</summary>
/// <param name="Trunk">For each candidate, milliseconds of all blocks up to its cut.</param>
/// <param name="Branch">For each candidate, milliseconds of its branch.</param>
/// <param name="Whole">Milliseconds of the whole backbone.</param>
public sealed record ExitTimes(double[] Trunk, double[] Branch, double Whole)
{
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

    /// <summary>The same of all exits, in milliseconds.</summary>
    public double[] AllInMilliseconds() => [.. AllIn([.. Enumerable.Range(0, Trunk.Length)]).Select(share => share * Whole)];
}
