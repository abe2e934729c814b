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
}
