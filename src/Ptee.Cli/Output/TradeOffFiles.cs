using System.Globalization;
using System.Text;
using Ptee.Shared.IO;
using Ptee.Training.Evaluation;
using Ptee.Training.Plots;

namespace Ptee.Cli.Output;

/// <summary>A trade-off as a picture, with the same points as CSV and JSON beside it.</summary>
internal static class TradeOffFiles
{
    /// <summary>The files that <see cref="Write"/> writes.</summary>
    /// <param name="path">Ends in <c>.png</c>; the others end in <c>.csv</c> and <c>.json</c>.</param>
    public static (string Png, string Csv, string Json) Names(string path) => (path, Path.ChangeExtension(path, ".csv"), Path.ChangeExtension(path, ".json"));

    /// <param name="path">As <see cref="Names"/> says.</param>
    /// <param name="images">How many images of what, for the title.</param>
    public static void Write(string path, string images, IReadOnlyList<ModelTradeOff> models)
    {
        var (png, csv, json) = Names(path);
        var accuracy = models.All(model => model.Undivided is not null);
        CurvePlot.Write(
            png,
            $"{(accuracy ? "Accuracy" : "Agreement with the undivided network")} against computing\n{images}",
            "computed by device and server together, % of what the undivided network computes",
            accuracy ? "images with their true class, % of those with a label" : "images with the undivided network's class, % of all images",
            models.Select(model => CurveOf(model, accuracy)));
        AtomicFile.WriteText(csv, Csv(models));
        JsonFile.Write(json, models.ToDictionary(model => model.Name, model => model.Points));
    }

    private static Curve CurveOf(ModelTradeOff model, bool accuracy)
    {
        return new Curve(
            Printable.Line(model.Name),
            [.. model.Points.Select(Place)],
            model.Points.All(point => point.Lambda is not null) ? [.. model.Points.Select(point => $"λ {Number(point.Lambda)}")] : [],
            [.. model.OperatingPoints.Select(named => (named.Name, Place(named.Point).X, Place(named.Point).Y))],
            100 * (accuracy ? model.Undivided!.Value : 1));

        (double X, double Y) Place(TradeOffPoint point) =>
            (100 * point.AllInRatio, 100 * (accuracy ? point.Accuracy!.Value : point.Agreement));
    }

    private static string Csv(IEnumerable<ModelTradeOff> models)
    {
        var text = new StringBuilder(
            "model,thresholds,agreement,accuracy,all_in_ratio,paper_ratio,expected_agreement,expected_all_in_ratio,exit_fractions,lambda\n");
        foreach (var (name, points, _, _) in models)
        {
            foreach (var point in points)
            {
                text.AppendJoin(
                    ',',
                    $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
                    string.Join(' ', point.Thresholds.Select(threshold => Number(threshold))),
                    Number(point.Agreement),
                    Number(point.Accuracy),
                    Number(point.AllInRatio),
                    Number(point.PaperRatio),
                    Number(point.Expected?.Agreement),
                    Number(point.Expected?.AllInRatio),
                    string.Join(' ', point.ExitFractions.Select(fraction => Number(fraction))),
                    Number(point.Lambda)).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
