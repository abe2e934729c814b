using Ptee.Shared.Features;

namespace Ptee.Shared.Architectures;

/// <summary>A classifier as a row of blocks, as data. The last block is the backbone's own exit.</summary>
/// <param name="Architecture">The name and options it was made from.</param>
public sealed record Backbone(Architecture Architecture, IReadOnlyList<Block> Blocks)
{
    public FeatureShape Input => Blocks[0].In;

    public int Classes => Blocks[^1].Out.Channels;

    /// <summary>PyTorch's key of the last linear layer, without <c>.weight</c> or <c>.bias</c>.</summary>
    public string ClassifierKey => Blocks[^1].Body.Parts.Last(part => part.Layer is Linear).Name;
}
