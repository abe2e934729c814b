using System.CommandLine;
using Ptee.Cli.Output;
using Ptee.CommandLine;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;

namespace Ptee.Cli.Commands;

/// <summary><c>ptee verify X.ptee</c>.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var (path, json) = (CommonOptions.Bundle(), CommonOptions.Json());
        var command = new Command("verify", "Checks every hash of a bundle. Example: ptee verify resnet20.ptee") { path, json };
        command.SetAction(parsed =>
        {
            var bundle = Bundle.Open(parsed.GetRequiredValue(path)); // Reading checks all there is to check.
            var (carried, named) = (bundle.Entries.Count(), bundle.Manifest.Entries.Length);
            Console.WriteLine($"{bundle.Source}: good, {Text.Count(carried)} of {Text.Count(named)} entries carried, id {bundle.Id}");
            if (parsed.GetValue(json) is { } file)
            {
                JsonFile.Write(file, new { Bundle = bundle.Id, Carried = carried, Named = named });
            }

            return ExitStatus.Good;
        });
        return command;
    }
}
