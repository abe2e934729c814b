using Ptee.Shared.Exits;
using Ptee.Shared.Inference;

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

    /// <summary>Whether an exit says of an image what the backbone says.</summary>
    public bool Agrees(int exit, int image) => Classes[exit][image] == Backbone[image];

    /// <summary>The table of some of the exits, in the order given, and the backbone's own.</summary>
    public ExitTable Keep(IReadOnlyList<int> exits) => new(
        [.. exits.Select(exit => Classes[exit]), Backbone],
        Scores.ToDictionary(gate => gate.Key, gate => exits.Select(exit => gate.Value[exit]).ToArray()));

    /// <summary>The table of some of the images, in the order given.</summary>
    public ExitTable Only(IReadOnlyList<int> images)
    {
        return new ExitTable(
            [.. Classes.Select(classes => Pick(classes))],
            Scores.ToDictionary(gate => gate.Key, gate => gate.Value.Select(scores => Pick(scores)).ToArray()));

        T[] Pick<T>(T[] values) => [.. images.Select(image => values[image])];
    }

    /// <returns>What an exit says; score and probability of the backbone's own are 1: they are not kept.</returns>
    public ExitAnswer Answer(string gate, int exit, int image) => exit < EarlyExits
        ? new ExitAnswer(exit, Classes[exit][image], Scores[gate][exit][image], Scores[Gates.MaxProbability][exit][image])
        : new ExitAnswer(exit, Backbone[image], Score: 1, Probability: 1);

    /// <param name="thresholds">One an early exit, or one for each early exit and class, exit after exit.</param>
    public int[] Leave(string gate, IReadOnlyList<float> thresholds) =>
        Leave(new ExitPolicy(gate, thresholds, classes: Math.Max(1, thresholds.Count / Math.Max(1, EarlyExits))));

    /// <summary>The exit at which each image leaves: the first whose answer stands.</summary>
    public int[] Leave(ExitPolicy policy)
    {
        var scores = Scores[policy.Gate];
        var exits = new int[Images];
        for (var image = 0; image < Images; image++)
        {
            var exit = 0;
            while (exit < EarlyExits && !policy.Stands(exit, Classes[exit][image], scores[exit][image]))
            {
                exit++;
            }

            exits[image] = exit;
        }

        return exits;
    }
}
