using Ptee.Shared.Architectures;

namespace Ptee.Training.Placement;

/// <param name="Block">Index of the block it follows; the stem is 0.</param>
/// <param name="Branch">A name from <see cref="Branches.Names"/>.</param>
/// <param name="Confidence">A name from <see cref="ConfidenceHeads.Names"/>.</param>
public sealed record PlannedExit(int Block, string Branch, string Confidence = ConfidenceHeads.Linear)
{
    /// <summary>The layers of its branch.</summary>
    public Branch BranchOn(Backbone backbone) =>
        Branches.Build(Branch, backbone.Blocks[Block].Out, backbone.Classes, Confidence);
}
