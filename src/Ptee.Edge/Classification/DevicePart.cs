using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Inference;
using Ptee.Shared.Preprocessing;

namespace Ptee.Edge.Classification;

/// <summary>Pixels in, answers and features at the split out. Synchronous; one thread at a time.</summary>
internal sealed class DevicePart(Manifest manifest, IEngine engine, SplitPlan plan, int batch)
{
    private readonly Normalizer _normalizer = new(manifest.Preprocessing);
    private readonly Cascade _cascade = new(manifest, engine);
    private readonly int _pictureValues = manifest.InputShape.Count;
    private readonly float[] _input = new float[batch * manifest.InputShape.Count];

    /// <param name="row">Place in the batch.</param>
    /// <exception cref="ArgumentException">Not as many pixels as the network takes.</exception>
    public void Load(int row, ReadOnlySpan<byte> pixels)
    {
        if (pixels.Length != _pictureValues)
        {
            throw new ArgumentException($"{pixels.Length} pixels, expected {manifest.InputShape}", nameof(pixels));
        }

        _normalizer.Normalize(pixels, _input.AsSpan(row * _pictureValues, _pictureValues));
    }

    /// <summary>Runs the first <paramref name="count"/> rows.</summary>
    /// <param name="judged">Told what each exit says of each row that comes to it.</param>
    public CascadeResult Run(int count, ExitPolicy policy, Action<int, ExitAnswer>? judged) =>
        _cascade.Run(first: 0, plan.Split, count, _input, policy, judged);

    /// <summary>Everything once, on a grey picture: an engine's first run is many times slower than the next.</summary>
    public void WarmUp()
    {
        var never = ExitPolicy.Uniform(plan.Policy.Gate, ExitPolicy.Never, manifest.Exits.Length);
        _cascade.Run(first: 0, plan.Split, count: 1, _input, never);
    }
}
