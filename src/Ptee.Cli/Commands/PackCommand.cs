using System.CommandLine;
using Ptee.Cli.Output;
using Ptee.CommandLine;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Training.Bundling;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;

namespace Ptee.Cli.Commands;

/// <summary><c>ptee pack DIR -o X.ptee</c>, <c>ptee pack --backbone DIR --exits FILE -o X.ptee</c>.</summary>
internal static class PackCommand
{
    public static Command Create()
    {
        var folder = new Argument<string?>("DIR") { Description = "A model's folder, calibrated.", Arity = ArgumentArity.ZeroOrOne };
        var output = new Option<string>("--output", "-o") { Description = "The bundle to write.", HelpName = "FILE", Required = true }.MustBeWritableFile();
        var half = new Option<string>("--half") { Description = "whole, edge, server or exits.", DefaultValueFactory = _ => "whole" };
        var backbone = new Option<string?>("--backbone") { Description = "An imported backbone that an exits part is joined with.", HelpName = "DIR" };
        var exits = new Option<string?>("--exits") { Description = "A bundle that was packed with --half exits.", HelpName = "FILE" };
        var json = CommonOptions.Json();
        var command = new Command("pack", "Makes a bundle. Example: ptee pack models/resnet20 -o resnet20.ptee") { folder, output, half, backbone, exits, json };
        command.SetAction(parsed =>
        {
            TorchRuntime.Initialize();
            var part = Half(parsed.GetRequiredValue(half));
            var path = parsed.GetRequiredValue(output);
            var bundle = (parsed.GetValue(folder), parsed.GetValue(backbone), parsed.GetValue(exits)) switch
            {
                ({ } dir, null, null) => FromFolder(new ModelFolder(dir)),
                (null, { } dir, { } file) => Joined(new ModelFolder(dir), file, path),
                _ => throw new PteeFormatException("expected a folder, or --backbone DIR with --exits FILE"),
            };
            BundleWriter.Write(bundle, path, part);
            Console.WriteLine($"{path}: {Text.Count(new FileInfo(path).Length)} bytes, {parsed.GetValue(half)}, id {bundle.Id}");
            if (parsed.GetValue(json) is { } report)
            {
                JsonFile.Write(report, new { Bundle = bundle.Id, Half = parsed.GetValue(half), Bytes = new FileInfo(path).Length });
            }

            return ExitStatus.Good;
        });
        return command;
    }

    private static BundleHalf Half(string name) =>
        Enum.TryParse<BundleHalf>(name, ignoreCase: true, out var half) && !char.IsDigit(name[0])
            ? half
            : throw new PteeFormatException($"--half {name}: expected whole, edge, server or exits");

    private static Bundle FromFolder(ModelFolder files)
    {
        files.RequireCalibration();
        using var exits = StagedExits.Open(files);
        return BundleBuilder.Build(files.Path, files, exits, files.ReadCalibration());
    }

    private static Bundle Joined(ModelFolder files, string exits, string source)
    {
        using var backbone = files.ReadBackbone();
        return BundleBuilder.Join(source, Bundle.Open(exits), backbone);
    }
}
