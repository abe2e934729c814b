using System.CommandLine;
using Ptee.Cli.Output;
using Ptee.CommandLine;
using Ptee.Engines;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Training.Evaluation;

namespace Ptee.Cli.Commands;

/// <summary><c>ptee curve X.ptee… --data NAME -o FILE.png</c>.</summary>
internal static class CurveCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("BUNDLES") { Description = "Bundles (.ptee), all in one picture.", Arity = ArgumentArity.OneOrMore };
        var (data, root, images, engineName, threads) =
            (CommonOptions.DataPart("cifar10"), SharedOptions.DataRoot(), SharedOptions.Images(), SharedOptions.Engine(), CommonOptions.Threads());
        var output = Output("curve.png");
        var one = new Option<bool>("--one-threshold") { Description = "One threshold for all exits in steps of 0.01, not the bundle's own curve." };
        var command = new Command("curve", "Accuracy against cost over all thresholds, as PNG, CSV and JSON, and how well each gate judges. Example: ptee curve a.ptee b.ptee -o curve.png")
        {
            paths, data, root, images, output, one, engineName, threads,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var models = new List<ModelTradeOff>();
            var file = RequirePng(parsed.GetRequiredValue(output));
            var bundles = Named(parsed.GetRequiredValue(paths)).Select(named => (Bundle.Open(named.Path).RequireWhole(), named.Name)).ToArray();
            var shown = "";
            foreach (var (bundle, name) in bundles)
            {
                var set = await LabelledImages.OpenAsync(
                    parsed.GetRequiredValue(data), parsed.GetValue(root), bundle.Manifest.Preprocessing.Size,
                    parsed.GetValue(images), bundle.Manifest.Labels, cancellationToken);
                using var engine = BundleEngines.Open(parsed.GetRequiredValue(engineName), bundle, parsed.GetValue(threads));
                var table = BundleScan.Run(bundle.Manifest, engine, set, new ConsoleProgress(), cancellationToken);
                Console.WriteLine($"{name}, every exit on all {table.Images} images of {set.Name}:");
                Console.WriteLine(GateTable.Of(GateQuality.Of(table)));
                Console.WriteLine();
                var tradeOff = TradeOff.Of(bundle.Manifest, table, set);
                var points = parsed.GetValue(one) ? tradeOff.OneThreshold(bundle.Manifest.Points[0].Gate) : tradeOff.At(bundle.Manifest.Curve);
                models.Add(new ModelTradeOff(name, points, [.. tradeOff.Named(bundle.Manifest.Points)], tradeOff.Undivided));
                shown = $"{Text.Count(set.Count)} images of {Printable.Line(set.Name)}";
            }

            TradeOffFiles.Write(file, shown, models);
            Console.WriteLine($"{models.Sum(model => model.Points.Length)} points -> {file}, and .csv and .json beside it");
            return ExitStatus.Good;
        });
        return command;
    }

    /// <summary>Each bundle with its name in the picture: the file's, or its whole path where others are called the same.</summary>
    /// <exception cref="PteeFormatException">A bundle is there twice.</exception>
    private static IEnumerable<(string Path, string Name)> Named(string[] paths)
    {
        var again = paths.GroupBy(Path.GetFullPath).FirstOrDefault(same => same.Count() > 1);
        if (again is not null)
        {
            throw new PteeFormatException($"{again.First()}: expected each bundle once, got it {again.Count()} times");
        }

        var names = paths.CountBy(NameOf).ToDictionary();
        return paths.Select(path => (path, names[NameOf(path)] == 1 ? NameOf(path) : path));

        static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);
    }

    internal static Option<string> Output(string usual) => new("--output", "-o")
    {
        Description = "Picture to write; the same points as .csv and .json beside it.",
        HelpName = "FILE.png",
        DefaultValueFactory = _ => usual,
    };

    /// <exception cref="PteeFormatException">It does not end in .png, or cannot be written.</exception>
    internal static string RequirePng(string path)
    {
        if (Path.GetExtension(path) != ".png")
        {
            throw new PteeFormatException($"--output is {path}, expected a name that ends in .png");
        }

        var (png, csv, json) = TradeOffFiles.Names(path);
        Array.ForEach([png, csv, json], AtomicFile.RequireWritable);
        return path;
    }
}
