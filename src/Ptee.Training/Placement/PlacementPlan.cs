using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.IO;

namespace Ptee.Training.Placement;

/// <summary>Where exits go and what they are, as <c>placement.json</c> holds it.</summary>
/// <param name="Method">A name from <see cref="Placements.Names"/>, <c>measured</c>, or <c>at</c> for cuts chosen by hand.</param>
/// <param name="Exits">In order. Candidates for <c>measured</c> may have several at one block; a bundle may not.</param>
public sealed record PlacementPlan(string Method, PlannedExit[] Exits)
{
    private const int MaxExits = 256;

    /// <summary>Its exits, for people: <c>pixels (pixels, sorted), s2b1 (separable, sorted)</c>.</summary>
    public string Describe(Backbone backbone) => string.Join(
        ", ", Exits.Select(exit => $"{backbone.NameOf(exit.Block)} ({exit.Branch}, {exit.Confidence})"));

    /// <summary>Reads a plan and holds it against the backbone.</summary>
    /// <exception cref="PteeFormatException">The file is missing or damaged, or an exit is where none can be or of no kind
    /// that there is.</exception>
    public static PlacementPlan Read(string path, Backbone backbone)
    {
        var plan = JsonFile.Read<PlacementPlan>(path);
        if (plan.Exits.Length is < 1 or > MaxExits)
        {
            throw new PteeFormatException($"{path}: {plan.Exits.Length} exits, expected 1 to {MaxExits}");
        }

        var last = Backbone.Pixels;
        foreach (var (index, exit) in plan.Exits.Index())
        {
            if (exit is null || exit.Block < last || !backbone.CanCutAfter(exit.Block))
            {
                throw new PteeFormatException(
                    $"{path}: exit {index} is {(exit is null ? "null" : $"after block {exit.Block}")}, expected blocks of {backbone.Architecture.Name} that can be cut after, in order");
            }

            last = exit.Block;
            try
            {
                _ = exit.BranchOn(backbone);
            }
            catch (PteeFormatException exception)
            {
                throw new PteeFormatException($"{path}: exit {index}: {exception.Message}", exception);
            }
        }

        return plan;
    }
}
