using System.CommandLine;
using System.Globalization;
using Ptee.Cli.Output;
using Ptee.CommandLine;
using Ptee.Data;
using Ptee.Model.Native;
using Ptee.Shared.Exits;
using Ptee.Shared.IO;
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
            (CommonOptions.Data("cifar10"), SharedOptions.DataRoot(), SharedOptions.Images(), CommonOptions.Seed(), CommonOptions.Threads());
        var lambdas = NumberOptions.List<double>(
            "--lambda", "Values of λ, one training each.", 0, CommonOptions.MostLambda, least: 1, most: MostRuns, otherwise: null, "L,L,…");
        var loss = new Option<string>("--loss") { Description = "A loss that has λ: paper or outermost.", DefaultValueFactory = _ => ExitLosses.Paper };
        loss.AcceptOnlyFromAmong(ExitLosses.Paper, ExitLosses.Outermost);
        var epochs = NumberOptions.One("--epochs", "Passes over the images for each λ.", 1, CommonOptions.MostEpochs, usual.Epochs);
        var threshold = NumberOptions.One("--threshold", "Threshold of the confidence head.", 0, ExitPolicy.Never, 0.5f, "T");
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
                Epochs = parsed.GetValue(epochs),
                Seed = parsed.GetValue(seed),
            };
            var values = parsed.GetRequiredValue(lambdas).Distinct().Order().ToArray(); // In their order, or the curve runs to and fro.
            var file = CurveCommand.RequirePng(parsed.GetRequiredValue(output));
            var policy = parsed.GetValue(threshold);
            TorchRuntime.Initialize(parsed.GetValue(threads));
            var from = new ModelFolder(parsed.GetRequiredValue(folder));
            using var alone = from.Lock();
            var description = from.ReadDescription();
            var placed = from.ReadPlaced(); // Before data is fetched.
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
            foreach (var (_, run) in runs)
            {
                run.RequireTaking(placed); // All of them before the first is trained.
            }

            double? undivided = null;
            foreach (var (lambda, run) in runs)
            {
                // Of a training that has ended this takes the checkpoint's best, once it has seen that it is the same training.
                var state = new ExitCheckpoint(Path.Combine(run.Path, "checkpoint"), parsed.GetValue(resume));
                ExitRun.Train(from, run, options with { Lambda = lambda }, set, state, cancellationToken);
                using var exits = StagedExits.Open(run);
                var scan = ExitScan.Run(exits, test, preprocessing, progress: new ConsoleProgress(), cancellationToken: cancellationToken);
                var tradeOff = new TradeOff(scan, test, exits.AllInCosts, exits.PaperCosts);
                undivided = tradeOff.Undivided; // The backbone is frozen: every run has the same.
                var point = tradeOff.At(
                    Gates.Confidence, [.. Enumerable.Repeat(policy, exits.Branches.Count)], expected: null) with
                { Lambda = lambda };
                points.Add(point);
                table.Add(
                    lambda.ToString(CultureInfo.InvariantCulture), Text.Percent(point.Agreement), Text.Percent(point.Accuracy),
                    Text.Percent(point.PaperRatio), Text.Percent(point.AllInRatio));
            }

            Console.WriteLine(table);
            Console.WriteLine($"on {test.Name}{(hasTest ? "" : ", the part that chose the epoch too: it has no other")}");
            TradeOffFiles.Write(
                file,
                $"{Text.Count(test.Count)} images of {Printable.Line(test.Name)}",
                [new ModelTradeOff(description.Architecture.Name, [.. points], OperatingPoints: [], undivided)]);
            Console.WriteLine($"{points.Count} points -> {file}, and .csv and .json beside it");
            return ExitStatus.Good;
        });
        return command;
    }
}
