using Ptee.Data;
using Ptee.Shared.IO;
using Ptee.Shared.Reports;
using Ptee.Training.Plots;

namespace Ptee.Cli.Output;

/// <summary>What a run looks like: how many are answered where, and which.</summary>
internal static class EvalPlots
{
    private const string Histogram = "exits.png";
    private const string Sheet = "sheet.png";
    private const int MostOfName = 30; // Characters: a title is as wide as its picture.

    /// <param name="records">What each of <paramref name="images"/> got.</param>
    /// <param name="classes">Names of the model's classes.</param>
    /// <returns>A line for people.</returns>
    public static string Write(string folder, Report report, ImageSet images, ImageRecord[] records, string[] classes)
    {
        var run = $"{Text.Count(report.Images)} images of {Printable.Clip(report.Data, MostOfName)}, "
            + (report.Point.Length > 0 ? $"operating point {report.Point}" : "thresholds given by hand");
        ExitHistogram.Write(Path.Combine(folder, Histogram), $"Where images were answered\n{run}", report.Exits, report.Images);
        SampleSheet.Write(
            Path.Combine(folder, Sheet), $"The surest answers of each exit, wrong ones in red\n{run}", images,
            [.. report.Exits.Select((exit, index) => new SampleRow(exit.Name, exit.Tier, exit.Count, Surest(records, index, classes)))]);
        return $"{Path.Combine(folder, Histogram)}, and {Sheet} beside it: a row for each exit, the surest of its images";
    }

    private static (int Index, string Caption, bool Wrong)[] Surest(ImageRecord[] records, int exit, string[] classes) =>
    [
        .. records.Where(record => record.Exit == exit).OrderByDescending(record => record.Probability).Take(SampleSheet.InRow)
            .Select(record => (record.Index, classes[record.Class], record.Label is { } label && label != record.Class)),
    ];
}
