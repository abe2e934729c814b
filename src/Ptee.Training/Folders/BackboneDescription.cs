using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Preprocessing;

namespace Ptee.Training.Folders;

/// <summary>What <c>backbone.json</c> holds.</summary>
/// <param name="Labels">Class names in the order of the logits.</param>
public sealed record BackboneDescription(
    Architecture Architecture,
    PreprocessingSpec Preprocessing,
    string[] Labels,
    Provenance Provenance);
