using System.CommandLine;
using Ptee.Cli.Output;
using Ptee.CommandLine;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.IO;
using Ptee.Shared.Profiling;
using Ptee.Training.Folders;
using Ptee.Training.Placement;

namespace Ptee.Cli.Commands;

/// <summary><c>ptee place DIR</c>.</summary>
internal static class PlaceCommand
{
    private const int MaxExits = 64;

    public static Command Create()
    {
        var folder = CommonOptions.Folder();
        var method = new Option<string>("--method") { Description = $"One of: {string.Join(", ", Placements.Names)}; or {Placements.Measured} (time) and {Placements.Counted} (macs): the best of the exits that the folder has, trained.", DefaultValueFactory = _ => Placements.Fine };
        var exits = NumberOptions.One("--exits", "How many; measured and counted: at most so many.", 1, MaxExits, otherwise: 3);
        var at = new Option<string?>("--at") { Description = $"By hand instead: after these blocks, as ptee profile numbers them, and {Backbone.PixelsName} for an exit on the picture.", HelpName = "5,8,11" };
        var branch = new Option<string>("--branch")
        {
            Description = $"For all exits, or one for each with commas between: {string.Join(", ", Branches.Names)}.",
            DefaultValueFactory = _ => "conv2",
            HelpName = "KIND[,KIND…]",
        };
        var confidence = new Option<string>("--confidence")
        {
            Description = $"The confidence heads: {string.Join(", ", ConfidenceHeads.Names)}.",
            DefaultValueFactory = _ => ConfidenceHeads.Linear,
        };
        confidence.AcceptOnlyFromAmong([.. ConfidenceHeads.Names]);
        var each = new Option<bool>("--each-kind") { Description = "Every kind of --branch at every place: candidates for --method measured or counted." };
        var tolerance = NumberOptions.One("--tolerance", "measured, counted: share of held-out images that may leave with another class than the backbone's.", 0, CommonOptions.MostLoss, 0.03, "SHARE");
        var (data, root, threads) = (CommonOptions.Data("cifar10"), SharedOptions.DataRoot(), CommonOptions.Threads());
        var anew = new Option<bool>("--anew") { Description = "Deletes the folder's exits where they were trained for other places or branches." };
        var (engine, device, json) = (SharedOptions.Engine(), SharedOptions.Device(), CommonOptions.Json());
        engine.Description = $"measured: whose times count, with one thread unless --threads says more. {engine.Description}";
        var command = new Command("place", "Says where exits go. Example: ptee place models/resnet20 --method fine --exits 3")
        {
            folder, method, exits, at, branch, each, confidence, tolerance, anew, data, root, engine, device, threads, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var open = CommonOptions.Opener(parsed, engine, device, threads);
            var files = new ModelFolder(parsed.GetRequiredValue(folder));
            using var alone = files.Lock();
            var backbone = Backbones.Build(files.ReadDescription().Architecture);
            var count = parsed.GetValue(exits);
            CommonOptions.Refuse(parsed, $"{at.Name} places by hand", parsed.GetValue(at) is null ? [] : [method, exits]);
            PlacementPlan plan;
            if (parsed.GetRequiredValue(method) is (Placements.Measured or Placements.Counted) and var chosen)
            {
                CommonOptions.Refuse(parsed, $"{method.Name} {chosen} chooses among the exits that the folder has", at, branch, confidence, each, anew);
                CommonOptions.Refuse(parsed, $"{method.Name} {chosen} measures no time", chosen == Placements.Counted ? [engine, device] : []);
                files.RequireExits(); // Before data is fetched.
                var set = await TrainingData.OpenAsync(
                    parsed.GetRequiredValue(data), parsed.GetValue(root), files.ReadDescription().Preprocessing.Size, images: null, cancellationToken);
                var agreement = 1 - parsed.GetValue(tolerance);
                plan = ChosenPlacement.Choose(chosen, files, set.HeldOut, count, agreement, parsed.GetValue(threads), open, cancellationToken);
            }
            else
            {
                CommonOptions.Refuse(
                    parsed, $"only {method.Name} {Placements.Measured} and {Placements.Counted} run the exits", tolerance, data, root, engine, device, threads);
                var byHand = parsed.GetValue(at);
                var blocks = byHand is null
                    ? Placements.Place(parsed.GetRequiredValue(method), backbone, count)
                    : Placements.ByHand(byHand, backbone);
                plan = new PlacementPlan(
                    byHand is null ? parsed.GetRequiredValue(method) : Placements.At,
                    [.. Kinds(parsed.GetRequiredValue(branch), blocks, parsed.GetValue(each))
                        .Select(exit => new PlannedExit(exit.Block, exit.Kind, parsed.GetRequiredValue(confidence)))]);
                ClearOtherExits(files, plan, backbone, parsed.GetValue(anew));
                JsonFile.Write(files.Placement, plan);
            }

            Print(plan, backbone);
            if (parsed.GetValue(json) is { } file)
            {
                JsonFile.Write(file, plan);
            }

            return ExitStatus.Good;
        });
        return command;
    }

    /// <param name="delete">Exits of another plan; else they are refused.</param>
    /// <exception cref="PteeFormatException">The folder has exits that were trained for another plan, and keeps them.</exception>
    private static void ClearOtherExits(ModelFolder files, PlacementPlan plan, Backbone backbone, bool delete)
    {
        if (files.OtherPlanOfExits(plan) is not { } trained)
        {
            return;
        }

        if (!delete)
        {
            throw new PteeFormatException(
                $"{files.ExitWeights}: trained for {trained.Describe(backbone)}; expected the same places and branches, or --anew, which deletes them");
        }

        files.DeleteExits();
    }

    private static IEnumerable<(int Block, string Kind)> Kinds(string branches, int[] blocks, bool each)
    {
        var kinds = branches.Split(',', StringSplitOptions.TrimEntries);
        return each ? blocks.SelectMany(block => kinds.Select(kind => (block, kind)))
            : kinds.Length == 1 ? blocks.Select(block => (block, kinds[0]))
            : kinds.Length == blocks.Length ? blocks.Zip(kinds)
            : throw new PteeFormatException($"--branch names {kinds.Length} branches, expected 1 or {blocks.Length}, one for each exit");
    }

    private static void Print(PlacementPlan plan, Backbone backbone)
    {
        var profile = BackboneProfile.Of(backbone);
        var table = new Table("exit", "after block", "feature", "branch", "branch macs", "trunk", "paper cost", "all-in cost");
        var branches = 0L;
        foreach (var (index, exit) in plan.Exits.Index())
        {
            var branch = exit.BranchOn(backbone);
            branches += branch.Macs;
            var trunk = profile.TrunkMacs(exit.Block);
            table.Add(
                $"{index}", Text.Place(exit.Block, backbone.NameOf(exit.Block)), $"{branch.In}", branch.Kind, Text.Count(branch.Macs),
                Text.Percent((double)trunk / profile.Macs), Text.Percent((double)(trunk + branch.Macs) / profile.Macs),
                Text.Percent((double)(trunk + branches) / profile.Macs));
        }

        table.Add("backbone", "", "", "", "", "100.00 %", "100.00 %", Text.Percent((double)(profile.Macs + branches) / profile.Macs));
        Console.WriteLine(table);
    }
}
