using Ptee.Shared.Features;
using Ptee.Shared.Profiling;

namespace Ptee.Shared.Architectures;

/// <summary>A backbone's blocks while they are put in a row; shapes follow from the layers.</summary>
internal sealed class BlockList(FeatureShape input)
{
    private readonly List<Block> _blocks = [];

    /// <summary>What the last block gives.</summary>
    public FeatureShape Out => _blocks.Count > 0 ? _blocks[^1].Out : input;

    public IReadOnlyList<Block> Blocks => _blocks;

    public void Add(string name, Row body, bool canCut) =>
        _blocks.Add(new Block(name, body, Out, Counter.Count(body, Out).Out, canCut));

    /// <summary>No exit or split after the block that was added last.</summary>
    public void DoNotCutHere() => _blocks[^1] = _blocks[^1] with { CanCut = false };
}
