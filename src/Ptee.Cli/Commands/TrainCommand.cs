using System.CommandLine;
using Ptee.CommandLine;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.IO;
using Ptee.Training.Evaluation;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;
using Ptee.Training.JointTraining;

namespace Ptee.Cli.Commands;

/// <summary><c>ptee train DIR --data NAME</c>, <c>ptee train DIR --loss joint -o DIR</c>.</summary>
internal static class TrainCommand
{
    private static readonly string Unfrozen = string.Join(", ", JointLosses.Names);

    public static Command Create()
    {
        var usual = new ExitTrainingOptions();
        var folder = CommonOptions.Folder();
        var data = CommonOptions.Data("cifar10");
        var loss = new Option<string>("--loss")
        {
            Description = $"{string.Join(", ", ExitLosses.Names)}: without labels, the backbone stays as it is; {ExitLosses.Heads}: only the confidence heads, once more, of exits that are trained. {Unfrozen}: with labels, the backbone learns too; to compare with.",
            DefaultValueFactory = _ => usual.Loss,
        };
        loss.AcceptOnlyFromAmong([.. ExitLosses.Names, .. JointLosses.Names]);
        var output = new Option<string?>("--output", "-o") { Description = $"Folder to make, and leave DIR as it is; {Unfrozen} ask for it.", HelpName = "DIR" }.MustBeWritableFolder();
        var fromScratch = new Option<bool>("--from-scratch") { Description = $"{Unfrozen}: begin with new weights, not with the folder's backbone." };
        var lambda = NumberOptions.One("--lambda", "What cost weighs in the cascade's losses, paper, outermost and eenet.", 0, CommonOptions.MostLambda, usual.Lambda, "L");
        var soft = NumberOptions.Optional<double>("--soft", "0: learn the backbone's class; 1: learn its soft output; between: a mix.", 0, 1, "SHARE");
        var mixup = NumberOptions.One<double>("--mixup", "Share of each batch's pictures that are blends of two: new pictures for the backbone to judge.", 0, 1, otherwise: 0, "SHARE");
        var epochs = NumberOptions.One("--epochs", "Passes over the images; sequential: for each exit.", 1, CommonOptions.MostEpochs, usual.Epochs);
        var batch = NumberOptions.One("--batch", "Images a step.", 2, CommonOptions.MostBatch, usual.BatchSize);
        var rate = NumberOptions.Optional<double>(
            "--rate",
            $"Adam's learning rate, else {usual.Rate}; {Unfrozen}: the peak of SGD's, else {JointTrainingOptions.UsualPeakRate(fromScratch: false)}, from scratch {JointTrainingOptions.UsualPeakRate(fromScratch: true)}.",
            CommonOptions.LeastRate, 1, "RATE");
        var checkpoint = new Option<string?>("--checkpoint") { Description = "Folder of the checkpoint; else exits-checkpoint in the folder that is written.", HelpName = "DIR" }.MustBeWritableFolder();
        var resume = new Option<bool>("--resume") { Description = "Go on from the checkpoint." };
        var (seed, root, images, threads, json) =
            (CommonOptions.Seed(), SharedOptions.DataRoot(), SharedOptions.Images(), CommonOptions.Threads(), CommonOptions.Json());
        var command = new Command(
            "train", "Trains the exits on the frozen backbone, without labels. Example: ptee train models/resnet20 --data cifar10")
        {
            folder, data, loss, output, fromScratch, lambda, soft, mixup, epochs, batch, rate, checkpoint, resume, seed, root, images, threads, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var name = parsed.GetRequiredValue(loss);
            var source = new ModelFolder(parsed.GetRequiredValue(folder));
            var isJoint = JointLosses.Names.Contains(name);
            var asksBackbone = parsed.GetValue(soft) is not null || parsed.GetValue(mixup) > 0;
            RequireSense(name, isJoint, source, parsed.GetValue(output), parsed.GetValue(fromScratch), asksBackbone);
            CommonOptions.Refuse(
                parsed, $"--loss {name} trains no branch and has no epochs", name == ExitLosses.Heads ? [lambda, soft, mixup, epochs, batch, rate, checkpoint, resume] : []);
            CommonOptions.Refuse(
                parsed, $"--loss {name} has no λ", name is ExitLosses.Paper or ExitLosses.Outermost or JointLosses.Eenet ? [] : [lambda]);
            var frozen = new ExitTrainingOptions
            {
                Loss = name,
                Lambda = parsed.GetValue(lambda),
                Soft = parsed.GetValue(soft),
                Mixup = parsed.GetValue(mixup),
                Epochs = parsed.GetValue(epochs),
                BatchSize = parsed.GetValue(batch),
                Rate = parsed.GetValue(rate) ?? usual.Rate,
                Seed = parsed.GetValue(seed),
            };
            var joint = new JointTrainingOptions
            {
                Loss = name,
                Lambda = frozen.Lambda,
                FromScratch = parsed.GetValue(fromScratch),
                Epochs = frozen.Epochs,
                BatchSize = frozen.BatchSize,
                PeakRate = parsed.GetValue(rate) ?? JointTrainingOptions.UsualPeakRate(parsed.GetValue(fromScratch)),
                Seed = frozen.Seed,
            };
            TorchRuntime.Initialize(parsed.GetValue(threads));
            var description = source.ReadDescription();
            if (name == ExitLosses.Heads)
            {
                source.RequireExits();
            }
            else
            {
                source.RequirePlacement();
            }

            var target = parsed.GetValue(output) is { } path ? new ModelFolder(path) : source;
            using var alone = target.LockForWriting();
            var set = await TrainingData.OpenAsync(
                parsed.GetRequiredValue(data), parsed.GetValue(root), description.Preprocessing.Size, parsed.GetValue(images), cancellationToken);
            if (isJoint)
            {
                set = new TrainingData(
                    KnownLabels.Require(set.Train, description.Labels), KnownLabels.Require(set.HeldOut, description.Labels));
            }

            var state = new ExitCheckpoint(
                parsed.GetValue(checkpoint) ?? Path.Combine(target.Path, "exits-checkpoint"), parsed.GetValue(resume));
            var provenance = isJoint
                ? JointRun.Train(source, target, joint, set, state, cancellationToken)
                : ExitRun.Train(source, target, frozen, set, state, cancellationToken);
            if (parsed.GetValue(json) is { } file)
            {
                JsonFile.Write(file, provenance);
            }

            return ExitStatus.Good;
        });
        return command;
    }

    /// <exception cref="PteeFormatException">Two options do not go with each other.</exception>
    private static void RequireSense(string loss, bool isJoint, ModelFolder source, string? output, bool fromScratch, bool asksBackbone)
    {
        var fault = (isJoint, output) switch
        {
            (_, { } path) when source.IsAt(path) => $"-o {path}: expected another folder than the one that is read",
            (true, null) => $"--loss {loss} changes the backbone; -o DIR says where the new one goes, {source.Path} stays as it is",
            (true, _) when asksBackbone => $"--soft and --mixup ask the backbone, and loss {loss} learns from labels; expected one of {string.Join(", ", ExitLosses.Names)}",
            (false, _) when fromScratch => $"--from-scratch: loss {loss} leaves the backbone as it is; expected one of {Unfrozen}",
            _ => null,
        };
        if (fault is not null)
        {
            throw new PteeFormatException(fault);
        }
    }
}
