using System.CommandLine;
using Ptee.Cli.Output;
using Ptee.Data;
using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Shared.Reports;
using Ptee.Training.Evaluation;
using Ptee.Training.Folders;

namespace Ptee.Cli.Commands;

/// <summary><c>ptee eval X.ptee --data NAME</c>, <c>ptee eval DIR --data NAME</c>.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("BUNDLE") { Description = "A bundle (.ptee), or an imported folder without exits." };
        var (data, root, images, threads) = (CommonOptions.Data("cifar10"), CommonOptions.DataRoot(), CommonOptions.Images(), CommonOptions.Threads());
        var (point, threshold, json) = (CommonOptions.Point(), CommonOptions.Threshold(), CommonOptions.Json());
        var engine = new Option<string>("--engine") { Description = "torch.", DefaultValueFactory = _ => "torch" };
        var plots = new Option<string?>("--plots") { Description = "Folder for pictures: how many leave where, and which.", HelpName = "DIR" };
        var command = new Command("eval", "Accuracy, exits and cost with real early exits. Example: ptee eval resnet20.ptee --data cifar10")
        {
            path, data, root, images, point, threshold, engine, plots, threads, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(engine) is not "torch" and var unknown)
            {
                throw new PteeFormatException($"unknown engine '{unknown}'; known: torch");
            }

            var model = parsed.GetRequiredValue(path);
            var (policyPoint, policyThreshold) = (parsed.GetValue(point), parsed.GetValue(threshold));
            Report report;
            if (Directory.Exists(model))
            {
                TorchRuntime.Initialize(parsed.GetValue(threads));
                var folder = new ModelFolder(model);
                var set = await OpenAsync(folder.ReadDescription().Preprocessing.Size);
                report = BackboneEvaluator.Run(folder, set, new ConsoleProgress(), cancellationToken);
            }
            else
            {
                var bundle = Bundle.Open(model);
                var (name, policy) = bundle.Manifest.PolicyOf(policyPoint, policyThreshold);
                var set = await OpenAsync(bundle.Manifest.Preprocessing.Size);
                using var torch = new TorchEngine(bundle, parsed.GetValue(threads));
                var run = Evaluator.Run(bundle, torch, set, policy, name, new ConsoleProgress(), cancellationToken);
                var backbone = BackboneRun.Classes(bundle.Manifest, torch, set, new ConsoleProgress(), cancellationToken);
                run = KnownLabels.Keep(run, set, bundle.Manifest.Labels);
                report = new ReportBuilder(bundle.Manifest, run, backbone).Build(set.Name, images: null, serverPeakMb: null);
                if (parsed.GetValue(plots) is { } pictures)
                {
                    Console.WriteLine(EvalPlots.Write(pictures, report.Exits, set, run.Images));
                }
            }

            Console.WriteLine(ReportTable.Render(report));
            if (parsed.GetValue(json) is { } file)
            {
                JsonFile.Write(file, report);
            }

            return Cli.Ok;

            async Task<ImageSet> OpenAsync(int size)
            {
                var set = await DataSets.OpenAsync(
                    parsed.GetRequiredValue(data), parsed.GetValue(root), size, progress: new DownloadProgress(), cancellationToken: cancellationToken);
                return set.Take(parsed.GetValue(images) is { } n ? Range.Check("--images", n, 1, int.MaxValue) : set.Count);
            }
        });
        return command;
    }
}
