using Ptee.Shared.Weights;

namespace Ptee.Shared.Bundles;

/// <summary>What a bottleneck's two networks learned, by their layers' keys.</summary>
public sealed record BottleneckWeights(IReadOnlyDictionary<string, Weight> Encoder, IReadOnlyDictionary<string, Weight> Decoder);
