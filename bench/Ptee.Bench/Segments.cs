using Ptee.Shared.Bundles;
using Ptee.Shared.Inference;

namespace Ptee.Bench;

/// <summary>All segments in a row and no exit.</summary>
internal sealed class Segments(Manifest manifest, IEngine engine)
{
    private readonly Dictionary<int, float[][]> _outputs = [];

    /// <param name="input">(count, C, H, W).</param>
    public void Run(int count, float[] input)
    {
        if (!_outputs.TryGetValue(count, out var outputs))
        {
            _outputs[count] = outputs =
                [.. Enumerable.Range(0, manifest.SegmentCount).Select(segment => new float[count * manifest.ShapeAfter(segment).Count])];
        }

        for (var segment = 0; segment < manifest.SegmentCount; segment++)
        {
            engine.RunSegment(segment, count, segment == 0 ? input : outputs[segment - 1], outputs[segment]);
        }
    }
}
