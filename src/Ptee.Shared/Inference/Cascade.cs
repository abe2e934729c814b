using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;

namespace Ptee.Shared.Inference;

/// <summary>
/// Segments and exits in their order, on any engine: the one loop that edge, server and evaluation share. Images that
/// an exit is sure of leave the batch, so what comes after does not run for them. For one thread: it works in memory of
/// its own, which grows to the largest batch and is used again.
/// </summary>
public sealed class Cascade(Manifest manifest, IEngine engine)
{
    private readonly int _largestFeature = manifest.LargestFeature;
    private readonly float[] _probabilities = new float[manifest.Labels.Length];
    private readonly float[][] _features = [[], []]; // A segment reads one and writes the other.
    private int _written;
    private ExitAnswer[] _answers = [];
    private int[] _remaining = [];
    private float[] _logits = [];
    private float[] _confidences = [];

    /// <summary>Runs segments <paramref name="first"/> to <paramref name="last"/> and the exits after each.</summary>
    /// <param name="first">First segment to run: 0 for pictures, cut + 1 for the features of a cut.</param>
    /// <param name="last">Last segment to run; the exit at its end is judged too.</param>
    /// <param name="count">Images, N ≥ 1.</param>
    /// <param name="input">(N, C, H, W), what the first segment takes; may be the features of the last result.</param>
    /// <param name="judged">Told what each exit says of each image that comes to it, whether or not it stands; the first
    /// is the image's row in <paramref name="input"/>.</param>
    /// <param name="firstExit">Exits before this one are passed by: they were asked elsewhere.</param>
    public CascadeResult Run(
        int first, int last, int count, ReadOnlyMemory<float> input, ExitPolicy policy, Action<int, ExitAnswer>? judged = null, int firstExit = 0)
    {
        Reserve(count);
        var (staying, features) = (count, Memory<float>.Empty);
        for (var segment = first; segment <= last && staying > 0; segment++)
        {
            var source = segment == first ? input : features;
            var output = NextFeatures(count).AsMemory(0, staying * manifest.ShapeAfter(segment).Count);
            engine.RunSegment(segment, staying, source.Span[..(staying * manifest.ShapeBefore(segment).Count)], output.Span);
            if (segment == manifest.Cuts.Length)
            {
                Judge(segment, staying, output.Span, confidences: [], policy, judged);
                (staying, features) = (0, Memory<float>.Empty);
            }
            else
            {
                staying = segment < firstExit ? staying : Leave(segment, staying, output.Span, policy, judged);
                features = output[..(staying * manifest.ShapeAfter(segment).Count)];
            }
        }

        return new CascadeResult(_answers.AsMemory(0, count), _remaining.AsMemory(0, staying), features);
    }

    private void Reserve(int count)
    {
        if (_answers.Length < count)
        {
            (_answers, _remaining, _confidences) = (new ExitAnswer[count], new int[count], new float[count]);
            _logits = new float[count * _probabilities.Length];
        }

        for (var row = 0; row < count; row++)
        {
            _remaining[row] = row;
        }
    }

    /// <summary>The memory that was not written last, because that is what is read now.</summary>
    private float[] NextFeatures(int count)
    {
        _written ^= 1;
        return _features[_written].Length < count * _largestFeature
            ? _features[_written] = new float[count * _largestFeature]
            : _features[_written];
    }

    /// <summary>Writes the exit's answers and packs the rows that stay together.</summary>
    /// <returns>How many stay.</returns>
    private int Leave(int exit, int count, Span<float> features, ExitPolicy policy, Action<int, ExitAnswer>? judged)
    {
        var logits = _logits.AsSpan(0, count * _probabilities.Length);
        var confidences = _confidences.AsSpan(0, count);
        engine.RunExit(exit, count, features, logits, confidences);
        Judge(exit, count, logits, confidences, policy, judged);

        var size = features.Length / count;
        var staying = 0;
        for (var row = 0; row < count; row++)
        {
            var answer = _answers[_remaining[row]];
            if (policy.Stands(exit, answer.Class, answer.Score))
            {
                continue;
            }

            if (staying < row)
            {
                features.Slice(row * size, size).CopyTo(features[(staying * size)..]);
                _remaining[staying] = _remaining[row];
            }

            staying++;
        }

        return staying;
    }

    private void Judge(
        int exit, int count, ReadOnlySpan<float> logits, ReadOnlySpan<float> confidences, ExitPolicy policy, Action<int, ExitAnswer>? judged)
    {
        for (var row = 0; row < count; row++)
        {
            Softmax.Compute(logits.Slice(row * _probabilities.Length, _probabilities.Length), _probabilities);
            var best = Softmax.ArgMax(_probabilities);
            var score = policy.Score(_probabilities, confidences.IsEmpty ? 1 : confidences[row]);
            var image = _remaining[row];
            _answers[image] = new ExitAnswer(exit, best, score, _probabilities[best]);
            judged?.Invoke(image, _answers[image]);
        }
    }
}
