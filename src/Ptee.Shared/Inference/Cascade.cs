using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;

namespace Ptee.Shared.Inference;

/// <summary>
/// Segments and exits in their order, on any engine: the one loop that edge, server and evaluation share. Images that
/// an exit is sure of leave the batch, so what comes after does not run for them.
/// </summary>
public sealed class Cascade(Manifest manifest, IEngine engine)
{
    /// <summary>Runs segments <paramref name="first"/> to <paramref name="last"/> and the exits after each.</summary>
    /// <param name="first">First segment to run: 0 for pictures, cut + 1 for the features of a cut.</param>
    /// <param name="last">Last segment to run; the exit at its end is judged too.</param>
    /// <param name="count">Images, N ≥ 1.</param>
    /// <param name="input">(N, C, H, W), what the first segment takes.</param>
    /// <param name="judged">Told what each exit says of each image that comes to it, whether or not it stands; the first
    /// is the image's row in <paramref name="input"/>.</param>
    public CascadeResult Run(
        int first, int last, int count, float[] input, ExitPolicy policy, Action<int, ExitAnswer>? judged = null)
    {
        var answers = new ExitAnswer[count];
        var remaining = Enumerable.Range(0, count).ToArray();
        var features = input;
        for (var segment = first; segment <= last && remaining.Length > 0; segment++)
        {
            var shape = manifest.ShapeAfter(segment);
            var output = new float[remaining.Length * shape.Count];
            engine.RunSegment(segment, remaining.Length, features.AsSpan(0, remaining.Length * manifest.ShapeBefore(segment).Count), output);
            features = output;
            if (segment == manifest.Cuts.Length)
            {
                Answer(segment, features, confidences: null, remaining, answers, policy, judged);
                return new CascadeResult(answers, [], []);
            }

            (remaining, features) = Leave(segment, shape, features, remaining, answers, policy, judged);
        }

        return new CascadeResult(answers, remaining, features);
    }

    /// <summary>Writes the exit's answers and keeps the rows that stay, packed together.</summary>
    private (int[] Remaining, float[] Features) Leave(
        int exit,
        FeatureShape shape,
        float[] features,
        int[] remaining,
        ExitAnswer[] answers,
        ExitPolicy policy,
        Action<int, ExitAnswer>? judged)
    {
        var logits = new float[remaining.Length * manifest.Labels.Length];
        var confidences = new float[remaining.Length];
        engine.RunExit(exit, remaining.Length, features, logits, confidences);
        Answer(exit, logits, confidences, remaining, answers, policy, judged);

        var stay = 0;
        for (var row = 0; row < remaining.Length; row++)
        {
            var answer = answers[remaining[row]];
            if (policy.Stands(exit, answer.Class, answer.Score))
            {
                continue;
            }

            if (stay < row)
            {
                features.AsSpan(row * shape.Count, shape.Count).CopyTo(features.AsSpan(stay * shape.Count));
                remaining[stay] = remaining[row];
            }

            stay++;
        }

        return stay == remaining.Length ? (remaining, features) : (remaining[..stay], features[..(stay * shape.Count)]);
    }

    private void Answer(
        int exit,
        float[] logits,
        float[]? confidences,
        int[] remaining,
        ExitAnswer[] answers,
        ExitPolicy policy,
        Action<int, ExitAnswer>? judged)
    {
        var classes = manifest.Labels.Length;
        var probabilities = new float[classes];
        for (var row = 0; row < remaining.Length; row++)
        {
            Softmax.Compute(logits.AsSpan(row * classes, classes), probabilities);
            var best = Softmax.ArgMax(probabilities);
            var score = policy.Score(probabilities, confidences?[row] ?? 1);
            answers[remaining[row]] = new ExitAnswer(exit, best, score, probabilities[best]);
            judged?.Invoke(remaining[row], answers[remaining[row]]);
        }
    }
}
