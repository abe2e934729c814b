using MessagePack;
using Ptee.Shared.Features;
using Ptee.Shared.Features.Quant;

namespace Ptee.Shared.Bundles;

/// <summary>A place between two blocks, or before the first, where an exit sits and a split may be.</summary>
/// <param name="Block">Index of the block before it; the stem is 0, <see cref="Architectures.Backbone.Pixels"/> is none.</param>
/// <param name="Name">That block's name, <c>s2b3</c>, or <c>pixels</c>.</param>
/// <param name="Shape">Of one image's features there.</param>
/// <param name="TrunkMacs">Of all blocks up to here, without branches.</param>
/// <param name="Codec">The codec that is used unless another is asked for.</param>
/// <param name="Clips">One a channel: the range that <c>u8</c> keeps.</param>
/// <param name="Quant">What <c>quant</c> needs; null: it cannot be used here.</param>
/// <param name="Bottleneck">What <c>bottleneck</c> and its coarser rates need; null: they cannot be used here.</param>
[MessagePackObject]
public sealed record CutDescription(
    [property: Key("block")] int Block,
    [property: Key("name")] string Name,
    [property: Key("shape")] FeatureShape Shape,
    [property: Key("trunk_macs")] long TrunkMacs,
    [property: Key("codec")] string Codec,
    [property: Key("clips")] ClipRange[] Clips,
    [property: Key("quant")] QuantTables? Quant = null,
    [property: Key("bottleneck")] BottleneckDescription? Bottleneck = null)
{
    /// <summary>The codec that is used where no other was trained.</summary>
    public static string CodecFor(QuantTables? quant) => quant is null ? FeatureCodecs.UInt8 : FeatureCodecs.Quant;
}
