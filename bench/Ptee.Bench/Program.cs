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

var rounds = new Option<int>("--rounds") { Description = "Times that all sides are measured in turn.", DefaultValueFactory = _ => 10 };
var threads = new Option<int>("--threads") { Description = "Threads inside one operator, for all sides.", DefaultValueFactory = _ => 1 };
var latency = new Command("latency", "Time for an image: with exits, in segments, and the whole network in one session.") { bundle, rounds, threads, json };
latency.SetAction(async (parsed, cancellationToken) =>
{
    var result = await Latency.RunAsync(parsed.GetValue(bundle), parsed.GetValue(rounds), parsed.GetValue(threads), cancellationToken);
    Console.WriteLine(result);
    if (parsed.GetValue(json) is { } file)
    {
        JsonFile.Write(file, result);
    }
});

try
{
    return await new RootCommand("Ptee's measured claims.") { soak, latency }.Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false });
}
catch (PteeFormatException exception)
{
    Console.Error.WriteLine($"bench: {exception.Message}");
    return 1;
}
