using Ptee.Shared.Architectures;

namespace Ptee.Shared.Profiling;

/// <summary>What each block of a backbone costs.</summary>
public sealed class BackboneProfile
{
    private BackboneProfile(IReadOnlyList<BlockProfile> blocks) => Blocks = blocks;

    public IReadOnlyList<BlockProfile> Blocks { get; }

    public long Macs => Blocks[^1].TrunkMacs;

    public long Parameters => Blocks.Sum(block => block.Parameters);

    public static BackboneProfile Of(Backbone backbone)
    {
        var rows = new List<BlockProfile>();
        var trunk = 0L;
        foreach (var block in backbone.Blocks)
        {
            var count = Counter.Count(block.Body, block.In);
            trunk += count.Macs;
            rows.Add(new BlockProfile(block.Name, count.Macs, trunk, count.Parameters, block.Out, block.CanCut));
        }

        return new BackboneProfile(rows);
    }

    /// <summary>Macs of all blocks up to and including <paramref name="block"/>; none before the first.</summary>
    public long TrunkMacs(int block) => block == Backbone.Pixels ? 0 : Blocks[block].TrunkMacs;
}
