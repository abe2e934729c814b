using Ptee.Cli.Output;
using Ptee.Data;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.Exits;
using Ptee.Training.Evaluation;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;
using Ptee.Training.Placement;

namespace Ptee.Cli.Commands;

/// <summary><c>ptee place DIR --method measured</c>: keeps the best of a folder's trained exits.</summary>
internal static class MeasuredPlacement
{
    /// <summary>Writes the chosen exits' weights; the plan is the caller's to write.</summary>
    /// <exception cref="PteeFormatException">The exits are not trained, or none of them pays.</exception>
    public static PlacementPlan Choose(
        ModelFolder files, ImageSet heldOut, int most, double agreement, int threads, CancellationToken cancellationToken)
    {
        if (!File.Exists(files.ExitWeights))
        {
            throw new PteeFormatException(
                $"{files.ExitWeights}: not found; place candidates, train them, and then let --method measured choose");
        }

        TorchRuntime.Initialize(threads);
        using var exits = StagedExits.Open(files);
        var times = SegmentClock.Measure(exits);
        var table = ExitScan.Run(
            exits, heldOut, files.ReadDescription().Preprocessing, progress: new ConsoleProgress(), cancellationToken: cancellationToken);
        var blocks = exits.Plan.Exits.Select(exit => exit.Block).ToArray();
        var (gate, choice) = Gates.Names
            .Select(gate => (gate, new ExitSubsetSearch(table, blocks, times, gate, agreement).Run(most)))
            .MinBy(found => found.Item2.Point.AllInRatio);
        if (choice.Exits.Length == 0)
        {
            throw new PteeFormatException(
                $"{files.Path}: none of its {blocks.Length} exits lowers the expected time at an agreement of {Text.Percent(agreement)}");
        }

        Console.WriteLine(
            $"measured with one image: backbone {Text.Number(times.Whole, 2)} ms; with {choice.Exits.Length} of {blocks.Length} exits by {gate} "
            + $"{Text.Percent(choice.Point.AllInRatio)} of that at {Text.Percent(choice.Point.Agreement)} held-out agreement");
        var plan = new PlacementPlan(Placements.Measured, [.. choice.Exits.Select(exit => exits.Plan.Exits[exit])]);
        ModelFolder.WriteWeights(files.ExitWeights, exits.CopyWeights(choice.Exits));
        return plan;
    }
}
