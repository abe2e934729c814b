using System.CommandLine;
using Ptee.Cli.Output;
using Ptee.CommandLine;
using Ptee.Data;
using Ptee.Engines;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;
using Ptee.Shared.IO;
using Ptee.Training.Bundling;
using Ptee.Training.Calibration;
using Ptee.Training.Codecs;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;

namespace Ptee.Cli.Commands;

/// <summary><c>ptee calibrate DIR --data NAME</c>.</summary>
internal static class CalibrateCommand
{
    private const string One = "one";
    private const string Each = "each";
    private const string Class = "class";

    public static Command Create()
    {
        var (folder, data, root, threads, json) = (
            CommonOptions.Folder(), CommonOptions.Data("cifar10"), SharedOptions.DataRoot(), CommonOptions.Threads(), CommonOptions.Json());
        var thresholds = new Option<string>("--thresholds")
        {
            Description = $"{Each}: a threshold for each exit; {One}: the same for all, as in the paper; {Class}: one for each exit and class.",
            DefaultValueFactory = _ => Each,
        };
        var accurate = NumberOptions.One(
            "--accurate", "Held-out agreement that the default point, accurate, keeps.", 0.5, 1, new CalibrationOptions().Accurate, "SHARE");
        var gate = new Option<string?>("--gate")
        {
            Description = $"This gate, not the cheapest at the default point: {string.Join(", ", Gates.Names)}.",
            HelpName = "NAME",
        };
        var within = new Option<string?>("--within")
        {
            Description = "Adds the point budget, with a threshold for each exit or one for all: the most accurate whose mean image costs at most so much. macs: all that runs over the backbone's; "
                + "bytes: features that are sent, a mean payload of those that the point accurate hands over; ms: on this machine with --engine, one image at a time.",
            HelpName = "macs=45%|bytes=154|ms=2.5",
        };
        var codec = new Option<string?>("--codec")
        {
            Description = $"Counts the bytes of --within: {string.Join(", ", BudgetRun.Codecs)}; {FeatureCodecs.Quant} unless said, {FeatureCodecs.UInt8} where that has no tables.",
            HelpName = "NAME",
        };
        var codecLoss = NumberOptions.One(
            "--codec-loss",
            "Held-out agreement that the coarsest codec of the features may cost; 0 fits none, and features are sent as u8.",
            0, CommonOptions.MostLoss, CodecCalibrator.DefaultTolerance, "SHARE");
        var (engine, device) = (SharedOptions.Engine(), SharedOptions.Device());
        engine.Description = $"--within ms: whose times count, with one thread unless --threads says more. {engine.Description}";
        var codecsOnly = new Option<bool>("--codecs-only") { Description = "Only the codec tables anew: gate, thresholds and points stay as they are." };
        thresholds.AcceptOnlyFromAmong(One, Each, Class);
        gate.AcceptOnlyFromAmong([.. Gates.Names]);
        codec.AcceptOnlyFromAmong(BudgetRun.Codecs);
        var command = new Command(
            "calibrate", "Chooses gate, thresholds, split and codec tables on held-out training images. Example: ptee calibrate models/resnet20")
        {
            folder, data, thresholds, accurate, gate, within, codec, codecLoss, codecsOnly, engine, device, root, threads, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new CalibrationOptions
            {
                Thresholds = parsed.GetValue(thresholds) switch
                {
                    One => ThresholdScope.One,
                    Class => ThresholdScope.Class,
                    _ => ThresholdScope.Each,
                },
                Accurate = parsed.GetValue(accurate),
                Gate = parsed.GetValue(gate),
            };
            var tolerance = parsed.GetValue(codecLoss);
            var budget = parsed.GetValue(within) is { } text
                ? new BudgetRun(Budget.Parse(text), options.Thresholds, parsed.GetValue(codec), withTables: tolerance > 0)
                : null;
            var open = CommonOptions.Opener(parsed, engine, device, threads);
            var again = parsed.GetValue(codecsOnly);
            Option[] ofPoints = [thresholds, accurate, gate, within, codec, engine, device];
            if (again)
            {
                CommonOptions.Refuse(parsed, $"{codecsOnly.Name} leaves gate, thresholds and points as they are", ofPoints);
            }

            if (budget is not { CountsBytes: true })
            {
                CommonOptions.Refuse(parsed, $"no {within.Name} bytes=…, so no bytes are counted", codec);
            }

            if (budget is not { CountsTime: true })
            {
                CommonOptions.Refuse(parsed, $"no {within.Name} ms=…, so no time is measured", engine, device);
            }

            TorchRuntime.Initialize(parsed.GetValue(threads));
            var files = new ModelFolder(parsed.GetRequiredValue(folder));
            using var alone = files.Lock();
            var description = files.ReadDescription();
            var preprocessing = description.Preprocessing;
            files.RequireExits();
            var before = again ? ReadBefore(files) : null;
            var set = await TrainingData.OpenAsync(
                parsed.GetRequiredValue(data), parsed.GetValue(root), preprocessing.Size, images: null, cancellationToken);
            options = options with { NewToBackbone = set.HeldOutIsNewTo(description.Provenance) };
            using var exits = StagedExits.Open(files);
            CalibrationResult result;
            if (before is not null)
            {
                RequireSameImages(before, set.HeldOut, files);
                result = WithTables(before, Codecs(before));
                JsonFile.Write(files.Calibration, result);
            }
            else
            {
                (result, var table) = Calibrator.Run(exits, set.HeldOut, preprocessing, options, new ConsoleProgress(), cancellationToken);
                if (budget is { WaitsForCodecs: false })
                {
                    result = budget.AddBeforeCodecs(result, table, files, exits, open);
                }

                var codecs = Codecs(result);
                result = WithTables(result, codecs);
                if (budget is { WaitsForCodecs: true })
                {
                    result = budget.AddAfterCodecs(result, table, exits, codecs?[result.DeepestSplit]);
                }

                JsonFile.Write(files.Calibration, result);
                Print(result, exits, options);
            }

            if (parsed.GetValue(json) is { } file)
            {
                JsonFile.Write(file, result);
            }

            return ExitStatus.Good;

            QuantOutcome?[]? Codecs(CalibrationResult points) => tolerance > 0
                ? FitCodecs(files, exits, points, set.HeldOut, tolerance, parsed.GetValue(threads), cancellationToken)
                : null;
        });
        return command;
    }

    private static CalibrationResult WithTables(CalibrationResult result, QuantOutcome?[]? codecs) =>
        result with { Quant = codecs is null ? null : [.. codecs.Select(outcome => outcome?.Tables)] };

    /// <summary>The points that <c>--codecs-only</c> leaves as they are.</summary>
    /// <exception cref="PteeFormatException">There are none, or one of them counts what codec tables give.</exception>
    private static CalibrationResult ReadBefore(ModelFolder files)
    {
        var before = files.ReadCalibration();
        return before.Budget is { Codec: FeatureCodecs.Quant } || (before.Budget is null && before.Points.Any(point => point.Name == OperatingPoint.Budget))
            ? throw new PteeFormatException(
                $"{files.Calibration}: its point {OperatingPoint.Budget} counts bytes of the {FeatureCodecs.Quant} tables that there are, or came out of a bundle, which does not say; "
                + "expected a calibration without such a budget, or no --codecs-only")
            : before;
    }

    /// <summary>Of what came out of a bundle nobody knows the images.</summary>
    private static void RequireSameImages(CalibrationResult result, ImageSet images, ModelFolder files)
    {
        if (result.Data != Calibrator.NameOf(images) && !result.Data.StartsWith(BundleUnpacker.FromBundle, StringComparison.Ordinal))
        {
            throw new PteeFormatException($"{files.Calibration}: calibrated on {result.Data}, expected the same images, got {Calibrator.NameOf(images)}");
        }
    }

    private static QuantOutcome?[] FitCodecs(
        ModelFolder files, StagedExits exits, CalibrationResult result, ImageSet images, double tolerance, int threads, CancellationToken cancellationToken)
    {
        var bundle = BundleBuilder.BuildWithoutCodec(files.Path, files, exits, result);
        using var engine = BundleEngines.Open(BundleEngines.Default, bundle, threads);
        var outcomes = CodecCalibrator.Run(bundle, engine, exits, images, tolerance, new ConsoleProgress(), cancellationToken);
        var table = new Table("codec", "cut", "bits a value", "bytes", "agreement lost");
        for (var cut = 0; cut < outcomes.Length; cut++)
        {
            if (outcomes[cut] is { Tables: not null } outcome)
            {
                table.Add(
                    FeatureCodecs.Quant, $"{cut}", Text.Number(8 * outcome.MeanBytes / exits.Backbone.ShapeAfter(exits.Plan.Exits[cut].Block).Count, 3),
                    Text.Number(outcome.MeanBytes, 1), Text.Percent(outcome.Lost));
            }
        }

        if (outcomes.Any(outcome => outcome is { Tables: not null }))
        {
            Console.WriteLine(table);
        }

        foreach (var (cut, outcome) in outcomes.Index().Where(pair => pair.Item is { Tables: null }))
        {
            Console.WriteLine(
                $"cut {cut}: even the finest {FeatureCodecs.Quant} costs {Text.Percent(outcome!.Lost)} of the agreement, more than --codec-loss {Text.Percent(tolerance)}; none is fitted there");
        }

        return outcomes;
    }

    private static void Print(CalibrationResult result, StagedExits exits, CalibrationOptions options)
    {
        var table = new Table("point", "gate", "thresholds", "agreement", "all-in cost", "leave at each exit, backbone last");
        foreach (var point in result.Points)
        {
            table.Add(
                point.Name, point.Gate, Text.Thresholds(point.Thresholds, exits.Branches.Count), Text.Percent(point.Agreement),
                Text.Percent(point.AllInRatio), string.Join("  ", point.ExitFractions.Select(share => Text.Percent(share, 1))));
        }

        Console.WriteLine(table);
        foreach (var dear in result.Points.Where(point => point.AllInRatio > 1))
        {
            Console.WriteLine(
                $"warning: point {dear.Name} has an all-in cost of {Text.Percent(dear.AllInRatio)}: dearer than the undivided backbone, which is 100 %");
        }

        Console.WriteLine(EvidenceText.Of(result.Evidence, exits.Backbone.Classes));
        foreach (var (name, agreement) in Calibrator.Targets(options).Where(target => !result.Points.Any(point => point.Name == target.Name)))
        {
            Console.WriteLine($"warning: no point {name}: a promise of {Text.Percent(agreement)} needs at least {PointEvidence.LeastImages(agreement)} held-out images");
        }

        if (result.Budget is { } budget)
        {
            Console.WriteLine(BudgetRun.Describe(budget));
        }

        Console.WriteLine();
        Console.WriteLine(GateTable.Of(result.Quality));
        Console.WriteLine();
        Console.WriteLine(
            $"the edge hands over at cut {result.DeepestSplit}, {exits.Backbone.NameOf(exits.Plan.Exits[result.DeepestSplit].Block)}: "
            + $"{Text.Percent(exits.AllInCosts[result.DeepestSplit])} of the backbone's macs, branches included");
    }
}
