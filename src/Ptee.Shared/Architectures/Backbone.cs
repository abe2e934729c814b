using Ptee.Shared.Features;
using Ptee.Shared.Profiling;

namespace Ptee.Shared.Architectures;

/// <summary>A classifier as a row of blocks, as data. The last block is the backbone's own exit.</summary>
/// <param name="Architecture">The name and options it was made from.</param>
public sealed record Backbone(Architecture Architecture, IReadOnlyList<Block> Blocks)
{
    /// <summary>
    /// The place before the first block, as places are numbered after their blocks: an exit there sees the normalized
    /// picture, and a split there sends it.
    /// </summary>
    public const int Pixels = -1;

    /// <summary>What people call that place.</summary>
    public const string PixelsName = "pixels";

    public FeatureShape Input => Blocks[0].In;

    /// <summary>Whether an exit or a split may be after <paramref name="block"/>.</summary>
    public bool CanCutAfter(int block) =>
        block == Pixels || (block >= 0 && block < Blocks.Count && Blocks[block].CanCut);

    /// <summary>Shape of one image's features after <paramref name="block"/>, or of the picture.</summary>
    public FeatureShape ShapeAfter(int block) => block == Pixels ? Input : Blocks[block].Out;

    /// <summary>Whether nothing after <paramref name="block"/> is negative.</summary>
    public bool IsRectifiedAfter(int block) => block != Pixels
        && Blocks[block].Body.Parts.Last(part => part.Layer is not (MaxPool or AveragePool)).Layer is Relu or Residual { Rectified: true };

    /// <summary>That of the block, or <see cref="PixelsName"/>.</summary>
    public string NameOf(int block) => block == Pixels ? PixelsName : Blocks[block].Name;

    /// <summary>
    /// Whether a picture of <paramref name="size"/> rows and columns passes too: in a network that ends in a global pool, or
    /// where as many features reach the last block as from a picture of <see cref="Input"/>'s size.
    /// </summary>
    public bool TakesSize(int size)
    {
        if (Blocks[^1].Body.Parts.Any(part => part.Layer is GlobalAveragePool))
        {
            return true;
        }

        var picture = new FeatureShape(Input.Channels, size, size);
        return Blocks.SkipLast(1).Aggregate(picture, (shape, block) => Counter.Count(block.Body, shape).Out) == Blocks[^1].In;
    }

    public int Classes => Blocks[^1].Out.Channels;

    /// <summary>PyTorch's key of the last linear layer, without <c>.weight</c> or <c>.bias</c>.</summary>
    public string ClassifierKey => Blocks[^1].Body.Parts.Last(part => part.Layer is Linear).Name;
}
