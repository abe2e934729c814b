using System.CommandLine;
using Ptee.Cli.Demo;
using Ptee.Cli.Output;
using Ptee.CommandLine;
using Ptee.Shared.IO;

namespace Ptee.Cli.Commands;

/// <summary><c>ptee demo</c>.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var (point, threshold, json) = (CommonOptions.Point(), SharedOptions.Threshold(), CommonOptions.Json());
        var images = new Option<string?>("--images") { Description = "Your own pictures instead of the embedded ones: a folder, a picture, or a data set.", HelpName = "DIR" };
        var bundle = new Option<string?>("--bundle") { Description = "Your own bundle instead of the embedded one.", HelpName = "FILE" };
        var codec = new Option<string?>("--codec") { Description = "What is handed over travels as this, as ptee-edge classify takes it; the bundle's choice or a lossless WebP, whichever is shorter, unless given." };
        var command = new Command(
            "demo", "Starts a server and an edge process and answers 1,000 real images. Example: ptee demo --point balanced")
        {
            point, threshold, images, bundle, codec, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var report = await new DemoRun(Console.Out).RunAsync(
                new DemoOptions(
                    parsed.GetValue(bundle) ?? EmbeddedAssets.Bundle,
                    parsed.GetValue(images) ?? EmbeddedAssets.Images,
                    parsed.GetValue(point),
                    parsed.GetValue(threshold),
                    parsed.GetValue(codec)),
                cancellationToken);
            Console.WriteLine(ReportTable.Render(report));
            Console.WriteLine();
            Console.WriteLine(DemoRun.Explanation);
            if (parsed.GetValue(json) is { } file)
            {
                JsonFile.Write(file, report);
            }

            return ExitStatus.Good;
        });
        return command;
    }
}
