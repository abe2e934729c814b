using Ptee.Data;
using Ptee.Shared.IO;
using Ptee.Shared.Reports;
using Ptee.Training.Plots;

namespace Ptee.Cli.Output;

/// <summary>What a run looks like: how many leave where, and which.</summary>
internal static class EvalPlots
{
    private const int PicturesInRow = 12;
    private const string Histogram = "exits.png";
    private const string Sheet = "sheet.png";

    /// <param name="records">What each of <paramref name="images"/> got.</param>
    /// <returns>A line for people.</returns>
    public static string Write(string folder, ExitReport[] exits, ImageSet images, ImageRecord[] records)
    {
        ExitHistogram.Write(
            Path.Combine(folder, Histogram),
            [.. exits.Select(exit => (exit.Name, (double)exit.Count / Math.Max(1, records.Length)))]);
        var most = PictureSheet.Most(images.Size);
        var png = PictureSheet.Png(
            images, [.. Enumerable.Range(0, Math.Min(exits.Length, most)).Select(exit => Surest(records, exit, Math.Min(PicturesInRow, most)))]);
        AtomicFile.Write(Path.Combine(folder, Sheet), stream => stream.Write(png));
        return $"{Path.Combine(folder, Histogram)}, and {Sheet} beside it: a row for each exit, the surest of its images";
    }

    private static int[] Surest(ImageRecord[] records, int exit, int count) =>
    [
        .. records.Where(record => record.Exit == exit).OrderByDescending(record => record.Probability)
            .Take(count).Select(record => record.Index),
    ];
}
