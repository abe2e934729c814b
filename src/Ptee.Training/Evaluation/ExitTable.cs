namespace Ptee.Training.Evaluation;

/// <summary>
/// What every exit says of every image, without leaving early: thresholds are chosen on this. N images, E exits with the
/// backbone's own last.
/// </summary>
/// <param name="Classes">[exit][image].</param>
/// <param name="Scores">[gate][exit][image], early exits only.</param>
public sealed record ExitTable(int[][] Classes, IReadOnlyDictionary<string, float[][]> Scores)
{
    public int Images => Classes[0].Length;

    public int EarlyExits => Classes.Length - 1;

    /// <summary>The backbone's own classes.</summary>
    public int[] Backbone => Classes[^1];

    /// <summary>The table of some of the exits, in the order given, and the backbone's own.</summary>
    public ExitTable Keep(IReadOnlyList<int> exits) => new(
        [.. exits.Select(exit => Classes[exit]), Backbone],
        Scores.ToDictionary(gate => gate.Key, gate => exits.Select(exit => gate.Value[exit]).ToArray()));

    /// <summary>The exit at which each image leaves: the first whose score reaches its threshold.</summary>
    public int[] Leave(string gate, IReadOnlyList<float> thresholds)
    {
        var scores = Scores[gate];
        var exits = new int[Images];
        for (var image = 0; image < Images; image++)
        {
            var exit = 0;
            while (exit < EarlyExits && scores[exit][image] < thresholds[exit])
            {
                exit++;
            }

            exits[image] = exit;
        }

        return exits;
    }
}
