namespace Ptee.Training.Placement;

/// <param name="Block">Index of the block it follows; the stem is 0.</param>
/// <param name="Branch">A name from <see cref="Shared.Architectures.Branches.Names"/>.</param>
public sealed record PlannedExit(int Block, string Branch);
