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
            "demo",
            """
            Starts a server and an edge process and answers 1,000 real images.

            Exit status: 0 when the report is printed and the server lasted; 1 when something that was given is wrong, or images have
            no answer; 69 when a process that the demo started ended before its time (where that is the server, the device answers
            the rest, and the report is printed all the same); 130 when the demo was stopped; 70 for a bug.

            Example:
              ptee demo --point balanced
            """)
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
            if (parsed.GetValue(json) is { } file)
            {
                JsonFile.Write(file, report);
            }

            if (report.ServerEnd is { } end)
            {
                await Console.Error.WriteLineAsync($"ptee: {end}");
                return ExitStatus.ProgramEnded;
            }

            return report.Answered.Failed == 0 ? ExitStatus.Good : ExitStatus.WrongInput;
        });
        return command;
    }
}
