using System.Collections.Concurrent;
using Ptee.Shared.Bundles;

namespace Ptee.Server.Scheduling;

/// <summary>Memory for one frame's picture or features at any cut, used again: a frame carries the same piece from its arrival to its
/// answer. Safe from any thread.</summary>
/// <param name="keep">Pieces that are kept while nobody needs them.</param>
internal sealed class FeaturePool(Manifest manifest, int keep)
{
    private readonly ConcurrentBag<float[]> _free = [];
    private readonly int _largest = manifest.LargestFeature;

    /// <returns>As long as the largest of them; what is in it is of somebody else.</returns>
    public float[] Rent() => _free.TryTake(out var features) ? features : new float[_largest];

    public void Return(float[] features)
    {
        if (_free.Count < keep)
        {
            _free.Add(features);
        }
    }
}
