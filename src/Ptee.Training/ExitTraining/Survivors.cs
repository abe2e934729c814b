using Ptee.Data;
using Ptee.Shared.Exits;
using Ptee.Shared.Preprocessing;
using Ptee.Training.Evaluation;
using static TorchSharp.torch;

namespace Ptee.Training.ExitTraining;

/// <summary>Which images the exits before one leave to it, while exits are trained one after the other.</summary>
internal sealed class Survivors
{
    /// <summary>Of what leaves at an exit, this share agrees with the backbone on held-out images.</summary>
    private const double Agreement = 0.97;

    private readonly StagedExits _exits;
    private readonly float[] _thresholds;

    private Survivors(StagedExits exits, float[] thresholds) => (_exits, _thresholds) = (exits, thresholds);

    /// <summary>Chooses a threshold of the largest probability for each exit before <paramref name="branch"/>.</summary>
    public static Survivors Of(StagedExits exits, int branch, ImageSet heldOut, PreprocessingSpec preprocessing, CancellationToken cancellationToken)
    {
        if (branch == 0)
        {
            return new Survivors(exits, []);
        }

        var table = ExitScan.Run(exits, heldOut, preprocessing, cancellationToken: cancellationToken);
        var coming = Enumerable.Range(0, table.Images).ToArray();
        var thresholds = new float[branch];
        for (var exit = 0; exit < branch; exit++)
        {
            var scores = table.Scores[Gates.MaxProbability][exit];
            thresholds[exit] = LowestThatAgrees(
                [.. coming.Select(image => (scores[image], table.Agrees(exit, image)))]);
            coming = [.. coming.Where(image => scores[image] < thresholds[exit])];
        }

        return new Survivors(exits, thresholds);
    }

    /// <param name="features">One a cut, (N, C, H, W).</param>
    /// <returns>Indexes of the rows that stay, (M).</returns>
    public Tensor Rows(IReadOnlyList<Tensor> features)
    {
        using var noGrad = no_grad();
        var stay = ones(features[0].shape[0], ScalarType.Bool);
        for (var exit = 0; exit < _thresholds.Length; exit++)
        {
            var score = _exits.Branches[exit].Run(features[exit]).Logits.softmax(1).amax([1]);
            stay = stay.logical_and(score.lt(_thresholds[exit]));
        }

        return stay.nonzero().squeeze(1);
    }

    /// <summary>The most images, surest first, of which the wanted share agrees.</summary>
    internal static float LowestThatAgrees((float Score, bool Agrees)[] images)
    {
        var (agreed, seen, threshold) = (0, 0, ExitPolicy.Never);
        foreach (var (score, agrees) in images.OrderByDescending(image => image.Score))
        {
            seen++;
            agreed += agrees ? 1 : 0;
            threshold = agreed >= Agreement * seen ? score : threshold;
        }

        return threshold;
    }
}
