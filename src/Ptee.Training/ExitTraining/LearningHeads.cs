using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Training.JointTraining;
using Ptee.Training.Placement;

namespace Ptee.Training.ExitTraining;

/// <summary>What the cascade's losses ask of the confidence heads.</summary>
public static class LearningHeads
{
    /// <exception cref="PteeFormatException">The loss is a cascade's, and a head of the plan learns nothing by gradient.</exception>
    public static void Require(PlacementPlan plan, string loss)
    {
        var others = loss switch
        {
            ExitLosses.Paper or ExitLosses.Outermost => $"{ExitLosses.Independent} or {ExitLosses.Sequential}",
            JointLosses.Eenet => $"{JointLosses.Branchynet} or {JointLosses.Joint}",
            _ => null,
        };
        if (others is not null && plan.Exits.FirstOrDefault(exit => !ConfidenceHeads.Learns(exit.Confidence)) is { } fitted)
        {
            throw new PteeFormatException(
                $"loss {loss} trains confidence heads, and {fitted.Confidence} does not learn; expected loss {others}");
        }
    }
}
