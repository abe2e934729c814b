using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Training.Placement;

namespace Ptee.Training.ExitTraining;

/// <summary>What the cascade's losses ask of the confidence heads.</summary>
internal static class LearningHeads
{
    /// <param name="others">Losses that would do.</param>
    /// <exception cref="PteeFormatException">A head of the plan learns nothing by gradient.</exception>
    public static void Require(PlacementPlan plan, string loss, string others)
    {
        if (plan.Exits.FirstOrDefault(exit => !ConfidenceHeads.Learns(exit.Confidence)) is { } fitted)
        {
            throw new PteeFormatException(
                $"loss {loss} trains confidence heads, and {fitted.Confidence} does not learn; expected loss {others}");
        }
    }
}
