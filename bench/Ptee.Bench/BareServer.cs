using Ptee.Shared.Features;
using Ptee.Shared.Inference;

namespace Ptee.Bench;

/// <summary>What a server computes and nothing else of what it does: decoders and segments, without queue, codec and network.</summary>
internal sealed class BareServer(Workload workload, IEngine engine)
{
    private readonly Cascade _cascade = new(workload.Bundle.Manifest, engine);
    private float[] _features = [];

    /// <param name="decoded">(count, C, H, W), as the workload's codec gave them.</param>
    public void Run(int count, ReadOnlyMemory<float> decoded)
    {
        var (manifest, features) = (workload.Bundle.Manifest, decoded);
        if (workload.Codec.Input == CodecInput.Latent)
        {
            var size = count * manifest.Cuts[workload.Cut].Shape.Count;
            _features = _features.Length < size ? new float[size] : _features;
            engine.RunDecoder(workload.Cut, count, decoded.Span, _features.AsSpan(0, size));
            features = _features.AsMemory(0, size);
        }

        _cascade.Run(workload.Cut + 1, manifest.SegmentCount - 1, count, features, workload.Policy);
    }
}
