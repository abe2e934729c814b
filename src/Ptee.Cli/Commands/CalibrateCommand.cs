using System.CommandLine;
using Ptee.Cli.Output;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.IO;
using Ptee.Training.Calibration;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;

namespace Ptee.Cli.Commands;

/// <summary><c>ptee calibrate DIR --data NAME</c>.</summary>
internal static class CalibrateCommand
{
    public static Command Create()
    {
        var (folder, data, root, threads, json) = (
            CommonOptions.Folder(), CommonOptions.Data("cifar10"), CommonOptions.DataRoot(), CommonOptions.Threads(), CommonOptions.Json());
        var command = new Command(
            "calibrate", "Chooses gate, thresholds, split and codec tables on held-out training images. Example: ptee calibrate models/resnet20")
        {
            folder, data, root, threads, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            TorchRuntime.Initialize(parsed.GetValue(threads));
            var files = new ModelFolder(parsed.GetRequiredValue(folder));
            var preprocessing = files.ReadDescription().Preprocessing;
            if (!File.Exists(files.ExitWeights))
            {
                throw new PteeFormatException($"{files.ExitWeights}: not found; ptee train {files.Path} makes it");
            }

            var set = await TrainingData.OpenAsync(
                parsed.GetRequiredValue(data), parsed.GetValue(root), preprocessing.Size, images: null, cancellationToken);
            using var exits = StagedExits.Open(files);
            var result = Calibrator.Run(exits, set.HeldOut, preprocessing, new ConsoleProgress(), cancellationToken);
            JsonFile.Write(files.Calibration, result);
            Print(result, exits);
            if (parsed.GetValue(json) is { } file)
            {
                JsonFile.Write(file, result);
            }

            return Cli.Ok;
        });
        return command;
    }

    private static void Print(CalibrationResult result, StagedExits exits)
    {
        var table = new Table("point", "gate", "threshold", "agreement", "all-in cost", "leave at each exit, backbone last");
        foreach (var point in result.Points)
        {
            table.Add(
                point.Name, point.Gate, Text.Number(point.Thresholds[0], 4), Text.Percent(point.Agreement),
                Text.Percent(point.AllInRatio), string.Join("  ", point.ExitFractions.Select(share => Text.Percent(share, 1))));
        }

        Console.WriteLine(table);
        Console.WriteLine(
            $"the edge hands over after block {exits.Plan.Exits[result.DeepestSplit].Block}: "
            + $"{Text.Percent(exits.AllInCosts[result.DeepestSplit])} of the backbone's macs, branches included");
    }
}
