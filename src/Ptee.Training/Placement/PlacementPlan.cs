namespace Ptee.Training.Placement;

/// <summary>Where exits go and what they are, as <c>placement.json</c> holds it.</summary>
/// <param name="Method">A name from <see cref="Placements.Names"/>, or <c>at</c> for cuts chosen by hand.</param>
/// <param name="Exits">In order.</param>
public sealed record PlacementPlan(string Method, PlannedExit[] Exits);
