using System.CommandLine;
using System.Globalization;
using Ptee.Cli.Output;
using Ptee.Data;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.Exits;
using Ptee.Training.Evaluation;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;

namespace Ptee.Cli.Commands;

/// <summary><c>ptee sweep DIR --lambda 0.5,0.9,1.3 -o sweep.png</c>: the paper's fig. 3.</summary>
internal static class SweepCommand
{
    private const int MostRuns = 100;

    public static Command Create()
    {
        var usual = new ExitTrainingOptions();
        var folder = CommonOptions.Folder();
        var (data, root, images, seed, threads) =
            (CommonOptions.Data("cifar10"), CommonOptions.DataRoot(), CommonOptions.Images(), CommonOptions.Seed(), CommonOptions.Threads());
        var lambdas = new Option<string>("--lambda") { Description = "Values of λ, one training each.", HelpName = "L,L,…", Required = true };
        var loss = new Option<string>("--loss") { Description = "A loss that has λ: paper or outermost.", DefaultValueFactory = _ => ExitLosses.Paper };
        loss.AcceptOnlyFromAmong(ExitLosses.Paper, ExitLosses.Outermost);
        var epochs = new Option<int>("--epochs") { Description = "Passes over the images for each λ.", DefaultValueFactory = _ => usual.Epochs };
        var threshold = new Option<float>("--threshold") { Description = "Threshold of the confidence head.", DefaultValueFactory = _ => 0.5f };
        var resume = new Option<bool>("--resume") { Description = "Keep what is trained already and go on." };
        var output = CurveCommand.Output("sweep.png");
        var command = new Command(
            "sweep", "Trains the exits once for each λ and draws accuracy against cost on the test images. Example: ptee sweep models/resnet20 --lambda 0.5,0.9,1.3")
        {
            folder, lambdas, data, root, images, loss, epochs, threshold, resume, output, seed, threads,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new ExitTrainingOptions
            {
                Loss = parsed.GetRequiredValue(loss),
                Epochs = Range.Check("--epochs", parsed.GetValue(epochs), 1, 1000),
                Seed = parsed.GetValue(seed),
            };
            var values = Parse(parsed.GetRequiredValue(lambdas));
            var file = CurveCommand.RequirePng(parsed.GetRequiredValue(output));
            var policy = Range.Check("--threshold", parsed.GetValue(threshold), 0, ExitPolicy.Never);
            TorchRuntime.Initialize(parsed.GetValue(threads));
            var from = new ModelFolder(parsed.GetRequiredValue(folder));
            var description = from.ReadDescription();
            var preprocessing = description.Preprocessing;
            var name = parsed.GetRequiredValue(data);
            var set = await TrainingData.OpenAsync(name, parsed.GetValue(root), preprocessing.Size, parsed.GetValue(images), cancellationToken);
            // A path has no test part of its own: what is held out is shown then.
            var hasTest = DataSets.Names.Contains(name);
            var test = hasTest
                ? await DataSets.OpenAsync($"{name}:test", parsed.GetValue(root), preprocessing.Size, progress: new DownloadProgress(), cancellationToken: cancellationToken)
                : set.HeldOut;
            test = LabelledImages.Labelled(test, description.Labels);
            var points = new List<TradeOffPoint>();
            var table = new Table("lambda", "agreement", "accuracy", "paper cost", "all-in cost");
            var runs = values.Select(lambda =>
                (lambda, new ModelFolder(Path.Combine(from.Path, "sweep", $"lambda-{lambda.ToString(CultureInfo.InvariantCulture)}")))).ToArray();
            var placed = from.ReadPlaced();
            foreach (var (_, run) in runs)
            {
                run.RequireTaking(placed); // All of them before the first is trained.
            }

            foreach (var (lambda, run) in runs)
            {
                // Of a training that has ended this takes the checkpoint's best, once it has seen that it is the same training.
                var state = new ExitCheckpoint(Path.Combine(run.Path, "checkpoint"), parsed.GetValue(resume));
                ExitRun.Train(from, run, options with { Lambda = lambda }, set, state, cancellationToken);
                using var exits = StagedExits.Open(run);
                var scan = ExitScan.Run(exits, test, preprocessing, progress: new ConsoleProgress(), cancellationToken: cancellationToken);
                var point = new TradeOff(scan, test, exits.AllInCosts, exits.PaperCosts).At(
                    Gates.Confidence, [.. Enumerable.Repeat(policy, exits.Branches.Count)], expected: null) with
                { Lambda = lambda };
                points.Add(point);
                table.Add(
                    lambda.ToString(CultureInfo.InvariantCulture), Text.Percent(point.Agreement), Text.Percent(point.Accuracy),
                    Text.Percent(point.PaperRatio), Text.Percent(point.AllInRatio));
            }

            Console.WriteLine(table);
            Console.WriteLine($"on {test.Name}{(hasTest ? "" : ", the part that chose the epoch too: it has no other")}");
            TradeOffFiles.Write(file, [(description.Architecture.Name, [.. points])]);
            Console.WriteLine($"{points.Count} points -> {file}, and .csv and .json beside it");
            return Cli.Ok;
        });
        return command;
    }

    private static double[] Parse(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        // In their order, or the curve runs to and fro.
        return parts.Length > MostRuns
            ? throw new PteeFormatException($"--lambda has {parts.Length} values, expected at most {MostRuns}")
            : [.. parts.Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var lambda)
                ? Range.Check("--lambda", lambda, 0, 1000)
                : throw new PteeFormatException($"--lambda: '{part}' is no number; expected values with commas between")).Distinct().Order()];
    }
}
