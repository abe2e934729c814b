using System.Globalization;
using Ptee.Shared.IO;
using Ptee.Shared.Reports;
using ScottPlot;

namespace Ptee.Training.Plots;

/// <summary>How many images were answered at each exit, and on which machine.</summary>
public static class ExitHistogram
{
    private const int Width = 700;
    private const int WidthOfExit = 120; // As much as a label of a bar takes.
    private const int Height = 450;

    /// <param name="title">What ran, on which images.</param>
    /// <param name="exits">In their order.</param>
    /// <param name="images">All of them, those without an answer included.</param>
    public static void Write(string path, string title, IReadOnlyList<ExitReport> exits, int images)
    {
        using var plot = Build(title, exits, images);
        var png = plot.GetImageBytes(Math.Max(Width, WidthOfExit * exits.Count), Height, ImageFormat.Png);
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    /// <returns>The picture before it is drawn; the caller disposes of it.</returns>
    internal static Plot Build(string title, IReadOnlyList<ExitReport> exits, int images)
    {
        var plot = new Plot();
        plot.Add.Bars(exits.Select((exit, place) => BarOf(exit, place, images)).ToArray());
        plot.Axes.Bottom.SetTicks(
            [.. exits.Select((_, i) => (double)i)], [.. exits.Select(exit => Printable.Clip(exit.Name, most: 16))]);
        plot.Axes.Margins(bottom: 0, top: 0.15); // Room for the bars' labels.
        plot.Title(title);
        plot.XLabel("exit, in the order in which an image meets them");
        plot.YLabel(string.Create(CultureInfo.InvariantCulture, $"answered here, % of all {images:N0} images"));
        foreach (var (tier, where) in TierColors.Names)
        {
            plot.Legend.ManualItems.Add(new LegendItem { LabelText = where, FillColor = TierColors.Of(tier) });
        }

        plot.ShowLegend(Alignment.UpperRight);
        return plot;
    }

    private static Bar BarOf(ExitReport exit, int place, int images)
    {
        var share = 100.0 * exit.Count / Math.Max(1, images);
        return new Bar
        {
            Position = place,
            Value = share,
            FillColor = TierColors.Of(exit.Tier),
            Label = string.Create(CultureInfo.InvariantCulture, $"{exit.Count:N0} ({share:F1} %)"),
        };
    }
}
