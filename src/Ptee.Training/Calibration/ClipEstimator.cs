using System.Runtime.InteropServices;
using Ptee.Shared.Features;
using static TorchSharp.torch;

namespace Ptee.Training.Calibration;

/// <summary>Clip ranges for a quantizer: from the smallest value of each channel to its 99.95 % quantile.</summary>
/// <remarks>Features are what a ReLU left, so nearly all of what is clipped lies at the top.</remarks>
internal sealed class ClipEstimator(FeatureShape shape)
{
    private const double Quantile = 0.9995;
    private const int BatchesKept = 10; // 1,000 images: 64,000 values and more a channel.

    private readonly List<float[]> _batches = [];

    /// <param name="features">(N, C, H, W); the caller keeps it.</param>
    public void Add(Tensor features)
    {
        if (_batches.Count >= BatchesKept)
        {
            return;
        }

        var values = new float[features.NumberOfElements];
        features.contiguous().bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        _batches.Add(values);
    }

    public ClipRange[] Ranges() => [.. Enumerable.Range(0, shape.Channels).Select(Range)];

    private ClipRange Range(int channel)
    {
        var plane = shape.Height * shape.Width;
        var values = new List<float>();
        foreach (var batch in _batches)
        {
            for (var start = channel * plane; start < batch.Length; start += shape.Count)
            {
                values.AddRange(batch.AsSpan(start, plane));
            }
        }

        values.Sort();
        var low = values[0];
        var high = values[(int)((values.Count - 1) * Quantile)];
        // A dead channel still needs a range.
        return new ClipRange(low, high > low ? high : low + 1);
    }
}
