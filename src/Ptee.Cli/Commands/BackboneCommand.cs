using System.CommandLine;
using Ptee.Cli.Output;
using Ptee.CommandLine;
using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Shared.Preprocessing;
using Ptee.Training.BackboneTraining;
using Ptee.Training.Evaluation;
using Ptee.Training.Folders;
using TorchSharp;

namespace Ptee.Cli.Commands;

/// <summary><c>ptee backbone train --arch NAME --data NAME -o DIR</c>.</summary>
internal static class BackboneCommand
{
    public static Command Create()
    {
        var usual = new BackboneTrainingOptions();
        var arch = new Option<string>("--arch") { Description = $"One of: {string.Join(", ", Backbones.Names)}.", Required = true };
        arch.AcceptOnlyFromAmong([.. Backbones.Names]);
        var data = CommonOptions.Data("cifar10");
        var output = new Option<string>("--output", "-o") { Description = "Folder to make.", HelpName = "DIR", Required = true }.MustBeWritableFolder();
        var epochs = NumberOptions.One("--epochs", "Passes over the images.", 1, CommonOptions.MostEpochs, usual.Epochs);
        var smallEpochs = NumberOptions.One("--small-epochs", "The first of them on small crops.", 0, CommonOptions.MostEpochs, usual.SmallEpochs);
        var smallCrop = NumberOptions.One("--small-crop", "Size of those crops.", 8, Data.DataSets.NamedSize, usual.SmallCrop);
        var from = new Option<string?>("--from") { Description = "Begin with this folder's backbone, not with random weights.", HelpName = "DIR" }.MustBeFolder();
        var rate = NumberOptions.One("--rate", "The learning rate's peak.", 1e-6, 10, usual.PeakRate, "RATE");
        var checkpoint = new Option<string?>("--checkpoint") { Description = "Folder of the checkpoint; else DIR/checkpoint.", HelpName = "DIR" }.MustBeWritableFolder();
        var resume = new Option<bool>("--resume") { Description = "Go on from the checkpoint." };
        var (seed, root, images, threads, json) =
            (CommonOptions.Seed(), SharedOptions.DataRoot(), SharedOptions.Images(), CommonOptions.Threads(), CommonOptions.Json());
        var train = new Command(
            "train", "Trains a backbone with labels. Example: ptee backbone train --arch resnet32 --data cifar10 -o models/resnet32")
        {
            arch, data, output, epochs, smallEpochs, smallCrop, rate, from, checkpoint, resume, seed, root, images, threads, json,
        };
        train.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new BackboneTrainingOptions
            {
                Epochs = parsed.GetValue(epochs),
                SmallEpochs = parsed.GetValue(smallEpochs),
                SmallCrop = parsed.GetValue(smallCrop),
                PeakRate = parsed.GetValue(rate),
                Seed = parsed.GetValue(seed),
            };
            TorchRuntime.Initialize(parsed.GetValue(threads));
            var folder = new ModelFolder(parsed.GetRequiredValue(output));
            using var alone = folder.LockForWriting();
            var origin = parsed.GetValue(from) is { } path ? new ModelFolder(path) : null;
            var name = parsed.GetRequiredValue(arch);
            var before = origin?.ReadDescription();
            if (before is not null && before.Architecture.Name != name)
            {
                throw new PteeFormatException($"{origin!.Description}: a {before.Architecture.Name}, expected a {name} as --arch says");
            }

            var preprocessing = before?.Preprocessing ?? PreprocessingSpec.ImageNet(Data.DataSets.NamedSize);
            folder.RequireNoOtherExits(preprocessing, weights: null);
            var set = await TrainingData.OpenAsync(
                parsed.GetRequiredValue(data), parsed.GetValue(root), preprocessing.Size, parsed.GetValue(images), cancellationToken);
            KnownLabels.Require(set.Train);
            KnownLabels.Require(set.HeldOut);
            var classes = Math.Max(2, set.Train.Classes.Count);
            if (before is not null && before.Architecture.Classes != classes)
            {
                throw new PteeFormatException($"{origin!.Description}: {before.Architecture.Classes} classes, {set.Train.Name} has {classes}");
            }

            torch.random.manual_seed(options.Seed);
            using var network = new BackboneNetwork(Backbones.Build(
                before?.Architecture ?? new Architecture(name, Backbones.Shortcuts(name)[0], classes, preprocessing.Size)));
            if (origin is not null)
            {
                var first = ModelFolder.ReadWeights(origin.BackboneWeights);
                network.SetWeights(first);
                options = options with { From = ModelFolder.Fingerprint(first) };
            }

            var state = new BackboneCheckpoint(parsed.GetValue(checkpoint) ?? Path.Combine(folder.Path, "checkpoint"), parsed.GetValue(resume));
            new BackboneTrainer(options, preprocessing).Train(
                network, set.Train, set.HeldOut, state, new ConsoleProgress(folder.TrainingLog), cancellationToken);
            var weights = network.CopyWeights();
            var description = new BackboneDescription(
                network.Backbone.Architecture,
                preprocessing,
                [.. set.Train.Classes],
                new Provenance(
                    options.From is { } start ? $"trained with ptee backbone train from {start}" : "trained with ptee backbone train",
                    ModelFolder.Fingerprint(weights), "MIT",
                    before?.Provenance.DataThen(set.Name) ?? set.Name, options.Seed, ToolVersion.CommandLine, ToolVersion.Name));
            folder.PrepareFor(preprocessing, weights);
            folder.WriteBackbone(description, weights);
            Console.WriteLine($"{network.Backbone.Architecture} trained -> {folder.Path}");
            if (parsed.GetValue(json) is { } file)
            {
                JsonFile.Write(file, description);
            }

            return ExitStatus.Good;
        });
        return new Command("backbone", "Backbones.") { train };
    }
}
