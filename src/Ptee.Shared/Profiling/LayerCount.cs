using Ptee.Shared.Features;

namespace Ptee.Shared.Profiling;

/// <param name="Macs">Multiply-accumulates for one image.</param>
/// <param name="Parameters">Trained values; running statistics are not counted.</param>
/// <param name="Out">Shape of one image's features coming out.</param>
public readonly record struct LayerCount(long Macs, long Parameters, FeatureShape Out)
{
    internal LayerCount Then(LayerCount next) => new(Macs + next.Macs, Parameters + next.Parameters, next.Out);
}
