using System.CommandLine;
using Ptee.Bench.Scenarios;
using Ptee.Shared;
using Ptee.Shared.IO;

var bundle = new Option<string?>("--bundle") { Description = "Another bundle than the embedded one." };
var images = new Option<int>("--images") { Description = "How many images to run.", DefaultValueFactory = _ => Soak.Images };
var json = new Option<string?>("--json") { Description = "Write the figures to this file." };
var soak = new Command("soak", "Edge and server over 20,000 images: nothing may grow.") { bundle, images, json };
soak.SetAction(async (parsed, cancellationToken) =>
{
    var result = await Soak.RunAsync(parsed.GetValue(bundle), parsed.GetValue(images), cancellationToken);
    Console.WriteLine(result);
    if (parsed.GetValue(json) is { } file)
    {
        JsonFile.Write(file, result);
    }

    Soak.RequireFlat(result);
});

try
{
    return await new RootCommand("Ptee's measured claims.") { soak }.Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false });
}
catch (PteeFormatException exception)
{
    Console.Error.WriteLine($"bench: {exception.Message}");
    return 1;
}
