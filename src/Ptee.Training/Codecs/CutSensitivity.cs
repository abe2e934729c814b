using Ptee.Training.ExitTraining;
using static TorchSharp.torch;

namespace Ptee.Training.Codecs;

/// <summary>How much an error in each channel at a cut moves the backbone's answer.</summary>
internal static class CutSensitivity
{
    private const int BatchSize = 64;

    /// <summary>Margins are taken to be at least this, or a few images that hang in the balance would say everything.</summary>
    private const double LeastMargin = 0.5;

    /// <returns>
    /// C values: the mean over images and places of (∂m/∂x / m)², m the distance from the largest logit to the next. Errors of
    /// variance v in channel c move the answer's margin by v · s(c), relative and squared.
    /// </returns>
    public static double[] Of(StagedExits exits, int cut, HardFeatures features)
    {
        var shape = features.Shape;
        var sums = new double[shape.Channels];
        for (var first = 0; first < features.Count; first += BatchSize)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(BatchSize, features.Count - first);
            var x = tensor(features.Values.AsSpan(first * shape.Count, count * shape.Count).ToArray(), [count, shape.Channels, shape.Height, shape.Width]);
            x.requires_grad = true;
            var logits = exits.Folded.Run(x, (exits.Plan.Exits[cut].Block + 1)..);
            var (top, _) = logits.topk(2, dim: 1);
            var margin = top[.., 0] - top[.., 1];
            margin.sum().backward();
            var relative = x.grad! / margin.detach().clamp_min(LeastMargin).reshape(count, 1, 1, 1);
            var squares = relative.square().sum(dim: [0L, 2L, 3L]).to(ScalarType.Float64);
            var values = squares.data<double>().ToArray();
            for (var channel = 0; channel < sums.Length; channel++)
            {
                sums[channel] += values[channel] / ((double)features.Count * shape.Height * shape.Width);
            }
        }

        return sums;
    }
}
