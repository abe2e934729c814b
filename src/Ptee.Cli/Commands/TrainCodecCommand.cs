using System.CommandLine;
using Ptee.Cli.Output;
using Ptee.CommandLine;
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
    private const double MostWeight = 1e6;

    public static Command Create()
    {
        var usual = new BottleneckOptions();
        var (folder, data, root, images, seed, threads, json) = (
            CommonOptions.Folder(), CommonOptions.Data("cifar10"), SharedOptions.DataRoot(), SharedOptions.Images(), CommonOptions.Seed(),
            CommonOptions.Threads(), CommonOptions.Json());
        var cut = NumberOptions.Optional("--cut", "Index of the cut that it is for; else the deepest at which the edge hands over.", 0, int.MaxValue);
        var channels = NumberOptions.One("--channels", "Of the latent, which has half the rows and columns of a cut of 16 or more, else as many.", 1, 256, usual.Channels);
        var steps = NumberOptions.List(
            "--steps", "Quantization steps, one for each rate, from the finest; one pair of networks learns all.",
            0, 1000, least: 1, most: FeatureCodecs.MostRates, usual.Steps, "S,S,…");
        var pictures = NumberOptions.One("--pictures", "Pictures to learn from, such as no exit up to the cut is sure of.", 256, 1_000_000, usual.Pictures);
        var mixup = NumberOptions.One("--mixup", "Share of the pictures that are blends of two.", 0, 1, usual.Mixup, "SHARE");
        var epochs = NumberOptions.One("--epochs", "Passes over the pictures.", 1, CommonOptions.MostEpochs, usual.Epochs);
        var batch = NumberOptions.One("--batch", "Pictures a step.", 2, CommonOptions.MostBatch, usual.BatchSize);
        var rate = NumberOptions.One("--rate", "Adam's learning rate.", CommonOptions.LeastRate, 1, usual.LearningRate, "RATE");
        var distortion = NumberOptions.One("--distortion", "What the features' relative squared error weighs.", 0, MostWeight, usual.DistortionWeight, "WEIGHT");
        var distillation = NumberOptions.One("--distillation", "What another answer of the rest of the backbone weighs.", 0, MostWeight, usual.DistillationWeight, "WEIGHT");
        var from = NumberOptions.One("--distillation-from", "Share of the run before it counts.", 0, 1, usual.DistillationFrom, "SHARE");
        var bytes = NumberOptions.One("--bytes", "What a byte weighs.", 0, MostWeight, usual.ByteWeight, "WEIGHT");
        var loss = NumberOptions.One(
            "--codec-loss",
            "Agreement of changed and blended held-out pictures that a rate may cost; the coarsest such is used unless another codec is asked for.",
            0, CommonOptions.MostLoss, usual.Tolerance, "SHARE");
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
                Channels = parsed.GetValue(channels),
                Steps = Steps(parsed.GetRequiredValue(steps)),
                Pictures = parsed.GetValue(pictures),
                Mixup = parsed.GetValue(mixup),
                Epochs = parsed.GetValue(epochs),
                BatchSize = parsed.GetValue(batch),
                LearningRate = parsed.GetValue(rate),
                DistortionWeight = parsed.GetValue(distortion),
                DistillationWeight = parsed.GetValue(distillation),
                DistillationFrom = parsed.GetValue(from),
                Tolerance = parsed.GetValue(loss),
                ByteWeight = parsed.GetValue(bytes),
                Seed = parsed.GetValue(seed),
            };
            CommonOptions.Refuse(
                parsed, $"{refit.Name} keeps the networks that there are",
                parsed.GetValue(refit) ? [cut, channels, epochs, batch, rate, distortion, distillation, from, bytes, checkpoint, resume] : []);
            TorchRuntime.Initialize(parsed.GetValue(threads));
            var files = new ModelFolder(parsed.GetRequiredValue(folder));
            using var alone = files.Lock();
            files.RequireCalibration();
            using var exits = StagedExits.Open(files);
            var bundle = BundleBuilder.BuildWithoutCodec(files.Path, files, exits, files.ReadCalibration());
            var set = await TrainingData.OpenAsync(
                parsed.GetRequiredValue(data), parsed.GetValue(root), bundle.Manifest.Preprocessing.Size, parsed.GetValue(images), cancellationToken);
            using var engine = BundleEngines.Open(BundleEngines.Default, bundle, parsed.GetValue(threads));
            var run = new CodecRun(files, exits, bundle, engine, set, cancellationToken);
            var result = parsed.GetValue(refit)
                ? run.Refit(options, parsed.GetResult(steps) is { Implicit: false } ? options.Steps : null)
                : run.Train(
                    options, Cut(parsed.GetValue(cut), bundle.Manifest),
                    new ExitCheckpoint(parsed.GetValue(checkpoint) ?? Path.Combine(files.Path, "codec-checkpoint"), parsed.GetValue(resume)));
            Print(result, bundle.Manifest);
            if (parsed.GetValue(json) is { } file)
            {
                JsonFile.Write(file, result);
            }

            return ExitStatus.Good;
        });
        return command;
    }

    private static int Cut(int? cut, Manifest manifest) => cut is null ? manifest.DeepestSplit
        : cut < manifest.Cuts.Length ? cut.Value
        : throw new PteeFormatException($"--cut is {cut}, expected 0 to {manifest.Cuts.Length - 1}");

    private static double[] Steps(double[] steps) => steps[0] > 0 && steps.Zip(steps.Skip(1)).All(pair => pair.First < pair.Second)
        ? steps
        : throw new PteeFormatException($"--steps is {string.Join(',', steps.Select(step => Text.Number(step, 2)))}, expected numbers above 0, rising");

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
