using System.CommandLine;
using Ptee.Cli.Output;
using Ptee.CommandLine;
using Ptee.Data;
using Ptee.Data.Codecs;
using Ptee.Engines;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.Adaptation;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;
using Ptee.Shared.Inference;
using Ptee.Shared.IO;
using Ptee.Shared.Reports;
using Ptee.Training.Evaluation;
using Ptee.Training.Folders;

namespace Ptee.Cli.Commands;

/// <summary><c>ptee eval X.ptee --data NAME</c>, <c>ptee eval DIR --data NAME</c>.</summary>
internal static class EvalCommand
{
    private const string Uncoded = "none";

    public static Command Create()
    {
        var path = new Argument<string>("BUNDLE") { Description = "A bundle (.ptee), or an imported folder without exits." };
        var (data, root, images, threads) = (CommonOptions.DataPart("cifar10"), SharedOptions.DataRoot(), SharedOptions.Images(), CommonOptions.Threads());
        var (point, threshold, json) = (CommonOptions.Point(), SharedOptions.Threshold(), CommonOptions.Json());
        var (engineName, device) = (SharedOptions.Engine(), SharedOptions.Device());
        var plots = new Option<string?>("--plots") { Description = "Folder for pictures: how many images each exit answers, on the device and on the server, and samples of them.", HelpName = "DIR" }.MustBeWritableFolder();
        var adapt = new Option<bool>("--adapt")
        {
            Description = "Moves the device's thresholds image by image, as ptee-edge classify --adapt does, and holds each choice beside it.",
        };
        var codec = new Option<string?>("--codec")
        {
            Description = "How what is handed over at the bundle's split travels, as ptee-edge classify takes it: several names with commas, "
                + $"and each image takes the shortest; the bundle's codec and webp unless given. {Uncoded}: features go on as they are. "
                + "With --adapt nothing is coded.",
            HelpName = "NAME[,NAME]",
        };
        var price = SharedOptions.AdaptPrice();
        var seed = CommonOptions.Seed();
        var command = new Command("eval", "Accuracy, exits and cost with real early exits. Example: ptee eval resnet20.ptee --data cifar10")
        {
            path, data, root, images, point, threshold, codec, adapt, price, engineName, device, plots, seed, threads, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var wanted = BundleEngines.Require(parsed.GetRequiredValue(engineName));
            var model = parsed.GetRequiredValue(path);
            var (policyPoint, policyThreshold) = (parsed.GetValue(point), parsed.GetValue(threshold));
            var adaptation = AdaptationOf(parsed.GetValue(adapt), parsed.GetValue(price), policyThreshold);
            var codecNames = parsed.GetValue(codec);
            if (adaptation is not null && codecNames is not null)
            {
                throw new PteeFormatException("--adapt counts on what every exit says of the features as they are: expected no --codec with it");
            }

            Report report;
            if (Directory.Exists(model) && adaptation is not null)
            {
                throw new PteeFormatException($"{model}: expected a bundle (.ptee) with --adapt; a folder has no curve");
            }

            if (Directory.Exists(model))
            {
                CommonOptions.Refuse(parsed, $"{model} is a folder, of which the backbone alone runs, by TorchSharp", point, threshold, codec, engineName, device, plots);
                TorchRuntime.Initialize(parsed.GetValue(threads));
                var folder = new ModelFolder(model);
                var description = folder.ReadDescription();
                var set = await OpenAsync(description.Preprocessing.Size, description.Labels);
                report = BackboneEvaluator.Run(folder, set, new ConsoleProgress(), cancellationToken) with { Unreadable = set.Unreadable };
            }
            else
            {
                var bundle = Bundle.Open(model).RequireWhole();
                var (name, policy) = bundle.Manifest.PolicyOf(policyPoint, policyThreshold);
                var codecs = codecNames == Uncoded ? [] : HandoverCodecs.Create(codecNames, name, bundle.Manifest, bundle.Manifest.DeepestSplit);
                var set = await OpenAsync(bundle.Manifest.Preprocessing.Size, bundle.Manifest.Labels);
                using var engine = BundleEngines.Open(wanted, bundle, parsed.GetValue(threads), parsed.GetRequiredValue(device));
                var (run, backbone) = adaptation is null
                    ? Fixed(bundle, engine, set, policy, name, codecs, cancellationToken)
                    : Adapted(bundle, engine, set, name, adaptation, parsed.GetValue(seed), cancellationToken);
                report = new ReportBuilder(bundle.Manifest, run, backbone).Build(set.Name, images: null, serverPeakMb: null)
                    with
                { Adaptation = run.Adaptation, Unreadable = set.Unreadable };
                if (parsed.GetValue(plots) is { } pictures)
                {
                    Console.WriteLine(EvalPlots.Write(pictures, report, set, run.Images, bundle.Manifest.Labels));
                }
            }

            Console.WriteLine(ReportTable.Render(report));
            if (parsed.GetValue(json) is { } file)
            {
                JsonFile.Write(file, report);
            }

            return ExitStatus.Good;

            Task<ImageSet> OpenAsync(int size, IReadOnlyList<string> classes) => LabelledImages.OpenAsync(
                parsed.GetRequiredValue(data), parsed.GetValue(root), size, parsed.GetValue(images), classes, cancellationToken);
        });
        return command;
    }

    private static (ClassifyReport Run, int[] Backbone) Fixed(
        Bundle bundle, IEngine engine, ImageSet set, ExitPolicy policy, string point, IFeatureCodec[] codecs, CancellationToken cancellationToken) => (
        Evaluator.Run(bundle, engine, set, policy, point, codecs, new ConsoleProgress(), cancellationToken),
        BackboneRun.Classes(bundle.Manifest, engine, set, new ConsoleProgress(), cancellationToken));

    private static (ClassifyReport Run, int[] Backbone) Adapted(
        Bundle bundle, IEngine engine, ImageSet set, string point, AdaptationOptions options, int seed, CancellationToken cancellationToken)
    {
        var table = BundleScan.Run(bundle.Manifest, engine, set, new ConsoleProgress(), cancellationToken);
        return (AdaptiveRun.Run(bundle, engine.Name, table, set, point, options, seed), table.Backbone);
    }

    private static AdaptationOptions? AdaptationOf(bool wanted, double? price, float? threshold) => (wanted, price, threshold) switch
    {
        (true, _, null) => new AdaptationOptions { Price = price },
        (true, _, _) => throw new PteeFormatException("--adapt chooses among the bundle's own thresholds: expected no --threshold with it"),
        (false, not null, _) => throw new PteeFormatException("--adapt-price: expected --adapt with it"),
        _ => null,
    };
}
