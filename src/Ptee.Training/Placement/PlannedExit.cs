using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Features;
using Ptee.Shared.Features.Quant;
using Ptee.Shared.Profiling;

namespace Ptee.Training.Placement;

/// <param name="Block">Index of the block it follows; the stem is 0, <see cref="Backbone.Pixels"/> is the picture.</param>
/// <param name="Branch">A name from <see cref="Branches.Names"/>.</param>
/// <param name="Confidence">A name from <see cref="ConfidenceHeads.Names"/>.</param>
public sealed record PlannedExit(int Block, string Branch, string Confidence = ConfidenceHeads.Linear)
{
    /// <summary>The layers of its branch.</summary>
    public Branch BranchOn(Backbone backbone) =>
        Branches.Build(Branch, backbone.ShapeAfter(Block), backbone.Classes, Confidence);

    /// <summary>The place that it sits at, as a bundle says it.</summary>
    /// <param name="clips">One a channel.</param>
    /// <param name="quant">Null: features are sent as <c>u8</c>.</param>
    public CutDescription CutOn(Backbone backbone, ClipRange[] clips, QuantTables? quant = null) => new(
        Block,
        backbone.NameOf(Block),
        backbone.ShapeAfter(Block),
        BackboneProfile.Of(backbone).TrunkMacs(Block),
        CutDescription.CodecFor(quant),
        clips,
        quant);
}
