using System.Globalization;
using Ptee.Data;
using Ptee.Shared.IO;
using ScottPlot;

namespace Ptee.Training.Plots;

/// <summary>Sample pictures of each exit: a row for each, with the exit's name, and below each picture its answer.</summary>
public static class SampleSheet
{
    /// <summary>Pictures side by side in a row.</summary>
    public const int InRow = 12;

    private const int Cell = 104; // Pixels; pictures of every size are drawn alike.
    private const int LeftOfRows = 170;
    private const int AroundRows = 80;
    private const double Side = 0.84; // Of a cell; the rest is for the caption, and free.
    private const int MostCharacters = 15; // As many as a cell is wide.
    private const float CaptionSize = 11;

    /// <summary>Writes a PNG; the file is there whole or not at all.</summary>
    public static void Write(string path, string title, ImageSet images, IReadOnlyList<SampleRow> rows)
    {
        using var plot = Build(title, images, rows);
        var png = plot.GetImageBytes(LeftOfRows + (Cell * InRow), AroundRows + (Cell * rows.Count), ImageFormat.Png);
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    /// <returns>The picture before it is drawn; the caller disposes of it.</returns>
    internal static Plot Build(string title, ImageSet images, IReadOnlyList<SampleRow> rows)
    {
        var plot = new Plot();
        foreach (var (row, sample) in rows.Index())
        {
            foreach (var (column, (index, caption, wrong)) in sample.Pictures.Index())
            {
                var picture = new Image(Pictures.PngBytes(images.Pixels(index), images.Size));
                plot.Add.ImageRect(picture, new CoordinateRect(column, column + Side, -row - Side, -row));
                var text = plot.Add.Text(Printable.Clip(caption, MostCharacters), column + (Side / 2), -row - Side);
                (text.LabelAlignment, text.LabelFontSize) = (Alignment.UpperCenter, CaptionSize);
                text.LabelFontColor = wrong ? Colors.Red : Colors.Black;
            }
        }

        plot.Axes.SetLimits(-0.1, InRow, -rows.Count, 0.1);
        plot.Axes.Left.SetTicks([.. rows.Select((_, row) => -row - (Side / 2))], [.. rows.Select(NameOf)]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Bottom.SetTicks([], []);
        plot.HideGrid();
        foreach (var axis in (IAxis[])[plot.Axes.Left, plot.Axes.Bottom, plot.Axes.Right, plot.Axes.Top])
        {
            ((IPanel)axis).IsVisible = axis == plot.Axes.Left;
        }

        plot.Axes.Left.FrameLineStyle.Width = 0;
        plot.Title(title);
        return plot;
    }

    private static string NameOf(SampleRow row) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Printable.Clip(row.Name, MostCharacters)}\n{TierColors.Names.Single(name => name.Tier == row.Tier).Where}\n{row.Count:N0} {(row.Count == 1 ? "image" : "images")}");
}
