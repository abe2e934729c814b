using Ptee.Shared.Exits;

namespace Ptee.Training.Evaluation;

/// <summary>Collects what exits say, batch by batch, whichever engine said it.</summary>
/// <param name="earlyExits">Without the backbone's own.</param>
/// <param name="classes">K: values in a row of logits.</param>
internal sealed class ExitTableBuilder(int earlyExits, int images, int classes)
{
    private readonly int[][] _classes = [.. Enumerable.Range(0, earlyExits + 1).Select(_ => new int[images])];

    private readonly Dictionary<string, float[][]> _scores = Gates.Names.ToDictionary(
        gate => gate, _ => Enumerable.Range(0, earlyExits).Select(_ => new float[images]).ToArray());

    /// <param name="exit">The backbone's own comes after the early ones.</param>
    /// <param name="first">Index of the first image in the batch.</param>
    /// <param name="logits">(N, K), row-major.</param>
    /// <param name="confidences">(N), after the sigmoid; empty for the backbone's own exit.</param>
    public void Add(int exit, int first, ReadOnlySpan<float> logits, ReadOnlySpan<float> confidences)
    {
        var probabilities = new float[classes];
        for (var i = 0; i < logits.Length / classes; i++)
        {
            Softmax.Compute(logits.Slice(i * classes, classes), probabilities);
            _classes[exit][first + i] = Softmax.ArgMax(probabilities);
            if (exit == earlyExits)
            {
                continue;
            }

            foreach (var (gate, scores) in _scores)
            {
                scores[exit][first + i] = Gates.Get(gate)(probabilities, confidences[i]);
            }
        }
    }

    public ExitTable Build() => new(_classes, _scores);
}
