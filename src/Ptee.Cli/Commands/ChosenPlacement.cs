using Ptee.Cli.Output;
using Ptee.Data;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Inference;
using Ptee.Shared.IO;
using Ptee.Training.Evaluation;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;
using Ptee.Training.Placement;

namespace Ptee.Cli.Commands;

/// <summary><c>ptee place DIR --method measured</c> or <c>counted</c>: keeps the best of a folder's trained exits.</summary>
internal static class ChosenPlacement
{
    /// <summary>Writes the chosen exits' weights and their plan.</summary>
    /// <param name="engine">Opens the one whose times <see cref="Placements.Measured"/> counts.</param>
    /// <exception cref="PteeFormatException">The exits are not trained, or none of them pays.</exception>
    public static PlacementPlan Choose(
        string method,
        ModelFolder files,
        ImageSet heldOut,
        int most,
        double agreement,
        int threads,
        Func<Bundle, IEngine> engine,
        CancellationToken cancellationToken)
    {
        TorchRuntime.Initialize(threads);
        using var exits = StagedExits.Open(files);
        var prices = method == Placements.Measured
            ? ExitClock.Measure(files.Path, files.ReadDescription(), exits, engine)
            : ExitPrices.Counted(exits);
        var table = ExitScan.Run(
            exits, heldOut, files.ReadDescription().Preprocessing, progress: new ConsoleProgress(), cancellationToken: cancellationToken);
        var blocks = exits.Plan.Exits.Select(exit => exit.Block).ToArray();
        var (gate, choice) = Gates.Names
            .Select(gate => (gate, new ExitSubsetSearch(table, blocks, prices, gate, agreement).Run(most)))
            .MinBy(found => found.Item2.Point.AllInRatio);
        if (choice.Exits.Length == 0)
        {
            throw new PteeFormatException(
                $"{files.Path}: none of its {blocks.Length} exits lowers the expected cost at an agreement of {Text.Percent(agreement)}");
        }

        Console.WriteLine(
            $"backbone {Whole(method, prices)}; with {choice.Exits.Length} of {blocks.Length} exits by {gate} "
            + $"{Text.Percent(choice.Point.AllInRatio)} of that at {Text.Percent(choice.Point.Agreement)} held-out agreement");
        var plan = new PlacementPlan(method, [.. choice.Exits.Select(exit => exits.Plan.Exits[exit])]);
        var kept = exits.CopyWeights(choice.Exits);
        var trained = files.ReadTraining();
        files.DeleteCalibration(); // First: it is of all of them.
        ModelFolder.WriteWeights(files.ExitWeights, kept);
        JsonFile.Write(files.Placement, plan);
        JsonFile.Write(files.Training, trained with { Sha256 = ModelFolder.Fingerprint(kept) });
        return plan;
    }

    private static string Whole(string method, ExitPrices prices) => method == Placements.Measured
        ? $"{Text.Number(prices.Whole, 2)} ms for one image, segment after segment"
        : $"{Text.Count((long)prices.Whole)} macs";
}
