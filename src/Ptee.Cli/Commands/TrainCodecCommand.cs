using System.CommandLine;
using Ptee.Cli.Output;
using Ptee.Engines;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Features;
using Ptee.Shared.IO;
using Ptee.Training.Bundling;
using Ptee.Training.Codecs.Bottlenecks;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;

namespace Ptee.Cli.Commands;

/// <summary><c>ptee train-codec DIR --data NAME</c>.</summary>
internal static class TrainCodecCommand
{
    public static Command Create()
    {
        var usual = new BottleneckOptions();
        var (folder, data, root, images, seed, threads, json) = (
            CommonOptions.Folder(), CommonOptions.Data("cifar10"), CommonOptions.DataRoot(), CommonOptions.Images(), CommonOptions.Seed(),
            CommonOptions.Threads(), CommonOptions.Json());
        var cut = new Option<int?>("--cut") { Description = "Index of the cut that it is for; else the deepest at which the edge hands over.", HelpName = "N" };
        var channels = new Option<int>("--channels") { Description = "Of the latent, which has half the rows and columns of a cut of 16 or more, else as many.", DefaultValueFactory = _ => usual.Channels };
        var steps = new Option<double[]>("--steps")
        {
            Description = "Quantization steps, one for each rate, from the finest; one pair of networks learns all.",
            HelpName = "S",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => usual.Steps,
        };
        var pictures = new Option<int>("--pictures") { Description = "Pictures to learn from, such as no exit up to the cut is sure of.", DefaultValueFactory = _ => usual.Pictures };
        var mixup = new Option<double>("--mixup") { Description = "Share of the pictures that are blends of two.", HelpName = "SHARE", DefaultValueFactory = _ => usual.Mixup };
        var epochs = new Option<int>("--epochs") { Description = "Passes over the pictures.", DefaultValueFactory = _ => usual.Epochs };
        var batch = new Option<int>("--batch") { Description = "Pictures a step.", DefaultValueFactory = _ => usual.BatchSize };
        var rate = new Option<double>("--rate") { Description = "Adam's learning rate.", DefaultValueFactory = _ => usual.LearningRate };
        var distortion = new Option<double>("--distortion") { Description = "What the features' relative squared error weighs.", DefaultValueFactory = _ => usual.DistortionWeight };
        var distillation = new Option<double>("--distillation") { Description = "What another answer of the rest of the backbone weighs.", DefaultValueFactory = _ => usual.DistillationWeight };
        var from = new Option<double>("--distillation-from") { Description = "Share of the run before it counts.", HelpName = "SHARE", DefaultValueFactory = _ => usual.DistillationFrom };
        var bytes = new Option<double>("--bytes") { Description = "What a byte weighs.", DefaultValueFactory = _ => usual.ByteWeight };
        var loss = new Option<double>("--codec-loss")
        {
            Description = "Agreement of changed and blended held-out pictures that a rate may cost; the coarsest such is used unless another codec is asked for.",
            HelpName = "SHARE",
            DefaultValueFactory = _ => usual.Tolerance,
        };
        var checkpoint = new Option<string?>("--checkpoint") { Description = "Folder of the checkpoint; else codec-checkpoint in DIR.", HelpName = "DIR" }.MustBeWritableFolder();
        var resume = new Option<bool>("--resume") { Description = "Go on from the checkpoint." };
        var refit = new Option<bool>("--refit")
        {
            Description = "Keep the folder's trained networks, and their steps unless --steps says others, and only fit the tables: after other thresholds, in a minute or two.",
        };
        var command = new Command(
            "train-codec", "Trains a bottleneck for the features that are sent, without labels. Example: ptee train-codec models/resnet56 --data cifar10")
        {
            folder, data, cut, channels, steps, pictures, mixup, epochs, batch, rate, distortion, distillation, from, bytes, loss, checkpoint, resume, refit, seed, root, images,
            threads, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new BottleneckOptions
            {
                Channels = Range.Check("--channels", parsed.GetValue(channels), 1, 256),
                Steps = Steps(parsed.GetRequiredValue(steps)),
                Pictures = Range.Check("--pictures", parsed.GetValue(pictures), 256, 1_000_000),
                Mixup = Range.Check("--mixup", parsed.GetValue(mixup), 0, 1),
                Epochs = Range.Check("--epochs", parsed.GetValue(epochs), 1, 1000),
                BatchSize = Range.Check("--batch", parsed.GetValue(batch), 2, 4096),
                LearningRate = Range.Check("--rate", parsed.GetValue(rate), 1e-7, 1),
                DistortionWeight = Range.Check("--distortion", parsed.GetValue(distortion), 0, 1e6),
                DistillationWeight = Range.Check("--distillation", parsed.GetValue(distillation), 0, 1e6),
                DistillationFrom = Range.Check("--distillation-from", parsed.GetValue(from), 0, 1),
                Tolerance = Range.Check("--codec-loss", parsed.GetValue(loss), 0, 0.5),
                ByteWeight = Range.Check("--bytes", parsed.GetValue(bytes), 0, 1e6),
                Seed = parsed.GetValue(seed),
            };
            CommonOptions.Refuse(
                parsed, $"{refit.Name} keeps the networks that there are",
                parsed.GetValue(refit) ? [cut, channels, epochs, batch, rate, distortion, distillation, from, bytes, checkpoint, resume] : []);
            TorchRuntime.Initialize(parsed.GetValue(threads));
            var files = new ModelFolder(parsed.GetRequiredValue(folder));
            if (!File.Exists(files.Calibration))
            {
                throw new PteeFormatException($"{files.Calibration}: not found; ptee calibrate {files.Path} makes it");
            }

            using var exits = StagedExits.Open(files);
            var bundle = BundleBuilder.BuildWithoutCodec(files.Path, files, exits, files.ReadCalibration());
            var set = await TrainingData.OpenAsync(
                parsed.GetRequiredValue(data), parsed.GetValue(root), bundle.Manifest.Preprocessing.Size, parsed.GetValue(images), cancellationToken);
            using var engine = BundleEngines.Open(BundleEngines.Default, bundle, parsed.GetValue(threads));
            var run = new CodecRun(files, exits, bundle, engine, set, cancellationToken);
            var result = parsed.GetValue(refit)
                ? run.Refit(options, parsed.GetResult(steps) is { Implicit: false } ? options.Steps : null)
                : run.Train(
                    options, Range.Check("--cut", parsed.GetValue(cut) ?? bundle.Manifest.DeepestSplit, 0, bundle.Manifest.Cuts.Length - 1),
                    new ExitCheckpoint(parsed.GetValue(checkpoint) ?? Path.Combine(files.Path, "codec-checkpoint"), parsed.GetValue(resume)));
            Print(result, bundle.Manifest);
            if (parsed.GetValue(json) is { } file)
            {
                JsonFile.Write(file, result);
            }

            return Cli.Ok;
        });
        return command;
    }

    private static double[] Steps(double[] steps) => steps.Length >= 1 && steps.Length <= FeatureCodecs.MostRates
        && steps.All(step => step is > 0 and <= 1000) && steps.Zip(steps.Skip(1)).All(pair => pair.First < pair.Second)
            ? steps
            : throw new PteeFormatException($"--steps {string.Join(' ', steps.Select(step => Text.Number(step, 2)))}: expected 1 to {FeatureCodecs.MostRates} numbers above 0, rising");

    private static void Print(BottleneckResult result, Manifest manifest)
    {
        var layers = Bottleneck.After(Backbones.Build(manifest.Architecture), result.Block, result.Width, result.Channels);
        var table = new Table("codec", "bytes", "agreement lost", "of blends");
        for (var rate = 0; rate < result.Rates.Length; rate++)
        {
            var outcome = result.Rates[rate];
            table.Add(
                $"{FeatureCodecs.Bottleneck(rate)}{(rate == result.Usual ? ", used" : "")}", Text.Number(outcome.MeanBytes!.Value, 1), Text.Percent(outcome.Lost!.Value),
                Text.Percent(outcome.LostOfBlends!.Value));
        }

        Console.WriteLine(table);
        if (result.Usual is null)
        {
            Console.WriteLine("none is used unless it is asked for: each costs more agreement than --codec-loss");
        }

        Console.WriteLine(
            $"encoder {Text.Percent((double)layers.EncoderMacs / manifest.BackboneMacs)} of the backbone's macs, decoder {Text.Percent((double)layers.DecoderMacs / manifest.BackboneMacs)}");
    }
}
