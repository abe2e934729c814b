using System.CommandLine;
using Ptee.Cli.Output;
using Ptee.CommandLine;
using Ptee.Data;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Shared.Preprocessing;
using Ptee.Shared.Profiling;
using Ptee.Training.Checkpoints;
using Ptee.Training.Folders;
using Ptee.Training.Importing;

namespace Ptee.Cli.Commands;

/// <summary><c>ptee import FILE --arch NAME -o DIR</c>.</summary>
internal static class ImportCommand
{
    private const int InputSize = 32;

    public static Command Create()
    {
        var usual = PreprocessingSpec.ImageNet(InputSize);
        var file = new Argument<string>("FILE") { Description = "PyTorch checkpoint: .th, .pth, .pt, .safetensors or .safetensors.index.json." };
        var arch = new Option<string>("--arch") { Description = $"One of: {string.Join(", ", Backbones.Names)}.", Required = true };
        arch.AcceptOnlyFromAmong([.. Backbones.Names]);
        var output = new Option<string>("--output", "-o") { Description = "Folder to make.", HelpName = "DIR", Required = true }.MustBeWritableFolder();
        var labels = new Option<string?>("--labels") { Description = "Class names: a data set's name, or names with commas; else numbers." };
        var mean = Statistic("--mean", "Of the input, one a channel; ImageNet's unless given.", PreprocessingSpec.MostMean, usual.Mean);
        var std = Statistic("--std", "Of the input, one a channel; ImageNet's unless given.", PreprocessingSpec.MostStd, usual.Std);
        var license = new Option<string>("--license") { Description = "The checkpoint's licence, for the provenance.", DefaultValueFactory = _ => "" };
        var key = new Option<string?>("--key")
        {
            Description = "Which tensors to take where the file has several networks: their place in it, with dots (checkpoint.model_ema).",
            HelpName = "NAME",
        };
        var renames = new Option<string[]>("--rename")
        {
            Description = "Another name for tensors: a part of their names, or several with dots between, and what it is in this network "
                + "(head=linear). May be given more than once.",
            HelpName = "OLD=NEW",
        };
        var json = CommonOptions.Json();
        var command = new Command(
            "import", "Reads a PyTorch checkpoint. Example: ptee import resnet20.th --arch resnet20 -o models/resnet20 --labels cifar10")
        {
            file, arch, output, labels, mean, std, license, key, renames, json,
        };
        command.SetAction(parsed =>
        {
            TorchRuntime.Initialize();
            var path = parsed.GetRequiredValue(file);
            var checkpoint = Checkpoint.Read(path);
            var imported = BackboneImporter.Import(
                parsed.GetRequiredValue(arch), checkpoint, InputSize,
                new ImportOptions(parsed.GetValue(key), [.. (parsed.GetValue(renames) ?? []).Select(Renaming.Parse)]));
            using var network = imported.Network;
            var description = new BackboneDescription(
                network.Backbone.Architecture,
                usual with { Mean = parsed.GetRequiredValue(mean), Std = parsed.GetRequiredValue(std) },
                Labels(parsed.GetValue(labels), network.Backbone.Classes),
                new Provenance(
                    Path.GetFileName(path), checkpoint.Sha256, parsed.GetRequiredValue(license), Data: "", Seed: 0,
                    ToolVersion.CommandLine, ToolVersion.Name));
            description.Preprocessing.Validate();
            var folder = new ModelFolder(parsed.GetRequiredValue(output));
            using var alone = folder.LockForWriting();
            var weights = network.CopyWeights();
            folder.RequireNoOther(description.Preprocessing, weights);
            folder.PrepareFor(description.Preprocessing, weights);
            folder.WriteBackbone(description, weights);
            Print(folder, checkpoint, imported, parsed.GetValue(json), description);
            return ExitStatus.Good;
        });
        return command;
    }

    private static NumberOption<float[]> Statistic(string name, string description, float most, float[] usual) => NumberOptions.List(
        name, description, 0, most, PreprocessingSpec.Channels, PreprocessingSpec.Channels, usual,
        tooHigh: "of pictures whose values go from 0 to 1: divide what was computed on the scale 0 to 255 by 255");

    private static string[] Labels(string? labels, int classes)
    {
        string[] names = labels is null
            ? [.. Enumerable.Range(0, classes).Select(i => $"{i}")]
            : [.. DataSets.ClassesOf(labels) ?? labels.Split(',', StringSplitOptions.TrimEntries)];
        return names.Length == classes
            ? names
            : throw new PteeFormatException($"--labels: {names.Length} names, expected {classes}");
    }

    private static void Print(
        ModelFolder folder, Checkpoint checkpoint, ImportedBackbone imported, string? json, BackboneDescription description)
    {
        var backbone = imported.Network.Backbone;
        var profile = BackboneProfile.Of(backbone);
        Console.WriteLine(
            $"{backbone.Architecture} from {checkpoint.Format}: {imported.Tensors} tensors, "
            + $"{Text.Count(profile.Parameters)} parameters, {Text.Count(profile.Macs)} macs -> {folder.Path}");
        foreach (var remark in imported.Remarks)
        {
            Console.WriteLine(remark);
        }

        if (json is not null)
        {
            JsonFile.Write(json, description);
        }
    }
}
