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
    public static void Write(string path, IReadOnlyList<(string Name, TradeOffPoint[] Points)> models)
    {
        var (png, csv, json) = Names(path);
        var accuracy = models.All(model => model.Points.All(point => point.Accuracy is not null));
        CurvePlot.Write(
            png,
            "macs of all that ran, % of the backbone's",
            accuracy ? "true accuracy, %" : "agreement with the backbone, %",
            models.Select(model => new Curve(
                model.Name,
                [.. model.Points.Select(point => (100 * point.AllInRatio, 100 * (accuracy ? point.Accuracy!.Value : point.Agreement)))],
                model.Points.All(point => point.Lambda is not null) ? [.. model.Points.Select(point => $"λ {Number(point.Lambda)}")] : [])));
        AtomicFile.WriteText(csv, Csv(models));
        JsonFile.Write(json, models.ToDictionary(model => model.Name, model => model.Points));
    }

    private static string Csv(IEnumerable<(string Name, TradeOffPoint[] Points)> models)
    {
        var text = new StringBuilder(
            "model,thresholds,agreement,accuracy,all_in_ratio,paper_ratio,expected_agreement,expected_all_in_ratio,exit_fractions,lambda\n");
        foreach (var (name, points) in models)
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
