using System.CommandLine;
using Ptee.Model.Native;
using Ptee.Shared.IO;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;

namespace Ptee.Cli.Commands;

/// <summary><c>ptee train DIR --data NAME</c>.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var usual = new ExitTrainingOptions();
        var folder = CommonOptions.Folder();
        var data = CommonOptions.Data("cifar10");
        var loss = new Option<string>("--loss") { Description = $"One of: {string.Join(", ", ExitLosses.Names)}.", DefaultValueFactory = _ => usual.Loss };
        var lambda = new Option<double>("--lambda") { Description = "What cost weighs in the cascade's losses, paper and outermost.", DefaultValueFactory = _ => usual.Lambda };
        var soft = new Option<double?>("--soft") { Description = "0: learn the backbone's class; 1: learn its soft output; between: a mix.", HelpName = "SHARE" };
        var mixup = new Option<double>("--mixup") { Description = "Share of each batch's pictures that are blends of two: new pictures for the backbone to judge.", HelpName = "SHARE" };
        var epochs = new Option<int>("--epochs") { Description = "Passes over the images; sequential: for each exit.", DefaultValueFactory = _ => usual.Epochs };
        var batch = new Option<int>("--batch") { Description = "Images a step.", DefaultValueFactory = _ => usual.BatchSize };
        var rate = new Option<double>("--rate") { Description = "Adam's learning rate.", DefaultValueFactory = _ => usual.Rate };
        var checkpoint = new Option<string?>("--checkpoint") { Description = "Folder of the checkpoint; else DIR/exits-checkpoint.", HelpName = "DIR" };
        var resume = new Option<bool>("--resume") { Description = "Go on from the checkpoint." };
        var (seed, root, images, threads, json) =
            (CommonOptions.Seed(), CommonOptions.DataRoot(), CommonOptions.Images(), CommonOptions.Threads(), CommonOptions.Json());
        var command = new Command(
            "train", "Trains the exits on the frozen backbone, without labels. Example: ptee train models/resnet20 --data cifar10")
        {
            folder, data, loss, lambda, soft, mixup, epochs, batch, rate, checkpoint, resume, seed, root, images, threads, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new ExitTrainingOptions
            {
                Loss = parsed.GetRequiredValue(loss),
                Lambda = Range.Check("--lambda", parsed.GetValue(lambda), 0, 1000),
                Soft = parsed.GetValue(soft) is { } share ? Range.Check("--soft", share, 0, 1) : null,
                Mixup = Range.Check("--mixup", parsed.GetValue(mixup), 0, 1),
                Epochs = Range.Check("--epochs", parsed.GetValue(epochs), 1, 1000),
                BatchSize = Range.Check("--batch", parsed.GetValue(batch), 2, 4096),
                Rate = Range.Check("--rate", parsed.GetValue(rate), 1e-7, 1),
                Seed = parsed.GetValue(seed),
            };
            TorchRuntime.Initialize(parsed.GetValue(threads));
            var files = new ModelFolder(parsed.GetRequiredValue(folder));
            var set = await TrainingData.OpenAsync(
                parsed.GetRequiredValue(data), parsed.GetValue(root), files.ReadDescription().Preprocessing.Size,
                parsed.GetValue(images), cancellationToken);
            var state = CheckpointFolder.Prepare(
                parsed.GetValue(checkpoint) ?? Path.Combine(files.Path, "exits-checkpoint"), parsed.GetValue(resume));
            var provenance = ExitRun.Train(files, options, set, state, cancellationToken);
            if (parsed.GetValue(json) is { } file)
            {
                JsonFile.Write(file, provenance);
            }

            return Cli.Ok;
        });
        return command;
    }
}
