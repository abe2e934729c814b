using Ptee.Shared.Bundles;

namespace Ptee.Training.Placement;

/// <param name="Exits">Indexes of the candidates that were chosen, shallowest first; may be empty.</param>
/// <param name="Point">What they give; <see cref="OperatingPoint.AllInRatio"/> is expected cost over the backbone's.</param>
public sealed record ExitChoice(int[] Exits, OperatingPoint Point);
