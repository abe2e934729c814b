using System.CommandLine;
using Ptee.Cli.Output;
using Ptee.CommandLine;
using Ptee.Model.Native;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Training.Bundling;
using Ptee.Training.Folders;

namespace Ptee.Cli.Commands;

/// <summary><c>ptee unpack X.ptee -o DIR</c>.</summary>
internal static class UnpackCommand
{
    public static Command Create()
    {
        var (path, json) = (CommonOptions.Bundle(), CommonOptions.Json());
        var output = new Option<string>("--output", "-o") { Description = "The folder to make.", HelpName = "DIR", Required = true }.MustBeWritableFolder();
        var command = new Command("unpack", "Makes a model's folder of a bundle, to go on from. Example: ptee unpack resnet20.ptee -o models/resnet20") { path, output, json };
        command.SetAction(parsed =>
        {
            TorchRuntime.Initialize();
            var bundle = Bundle.Open(parsed.GetRequiredValue(path));
            var files = new ModelFolder(parsed.GetRequiredValue(output));
            using var alone = files.LockForWriting();
            BundleUnpacker.Unpack(bundle, files);
            Console.WriteLine($"{bundle.Source}: {bundle.Manifest.Architecture.Name}, {Text.Count(bundle.Manifest.Exits.Length)} exits, id {bundle.Id} -> {files.Path}");
            if (parsed.GetValue(json) is { } file)
            {
                JsonFile.Write(file, new { Bundle = bundle.Id, Folder = files.Path, Exits = bundle.Manifest.Exits.Length });
            }

            return ExitStatus.Good;
        });
        return command;
    }
}
