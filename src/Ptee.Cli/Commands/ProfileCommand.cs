using System.CommandLine;
using Ptee.Cli.Output;
using Ptee.CommandLine;
using Ptee.Shared.Architectures;
using Ptee.Shared.IO;
using Ptee.Shared.Profiling;
using Ptee.Training.Folders;

namespace Ptee.Cli.Commands;

/// <summary><c>ptee profile DIR</c>.</summary>
internal static class ProfileCommand
{
    public static Command Create()
    {
        var (folder, json) = (CommonOptions.Folder(), CommonOptions.Json());
        var command = new Command("profile", "Macs, parameters and bytes at each block. Example: ptee profile models/resnet20") { folder, json };
        command.SetAction(parsed =>
        {
            var description = new ModelFolder(parsed.GetRequiredValue(folder)).ReadDescription();
            var backbone = Backbones.Build(description.Architecture);
            var profile = BackboneProfile.Of(backbone);
            var table = new Table("block", "name", "macs", "trunk", "parameters", "feature", "f32 bytes", "cut");
            table.Add("", Backbone.PixelsName, "0", Text.Percent(0), "0", $"{backbone.Input}", Text.Count(backbone.Input.Float32Bytes), "yes");
            foreach (var (index, block) in profile.Blocks.Index())
            {
                table.Add(
                    $"{index}", block.Name, Text.Count(block.Macs), Text.Percent((double)block.TrunkMacs / profile.Macs),
                    Text.Count(block.Parameters), $"{block.Out}", Text.Count(block.Out.Float32Bytes), block.CanCut ? "yes" : "");
            }

            Console.WriteLine(table);
            Console.WriteLine($"{description.Architecture}: {Text.Count(profile.Macs)} macs, {Text.Count(profile.Parameters)} parameters");
            if (parsed.GetValue(json) is { } file)
            {
                JsonFile.Write(file, new { description.Architecture, profile.Macs, profile.Parameters, backbone.Input, profile.Blocks });
            }

            return ExitStatus.Good;
        });
        return command;
    }
}
