using Ptee.Shared.Weights;
using Ptee.Training.Placement;

namespace Ptee.Training.Folders;

/// <summary>What exits are trained on, as it was read once: a folder may change while that takes hours.</summary>
/// <param name="Weights">The backbone's.</param>
/// <param name="Plan">Where its exits go.</param>
public sealed record PlacedBackbone(BackboneDescription Description, IReadOnlyDictionary<string, Weight> Weights, PlacementPlan Plan);
