using System.Globalization;
using Ptee.Shared.IO;
using ScottPlot;

namespace Ptee.Training.Plots;

/// <summary>Curves of several models in one picture, each with its named points and its undivided network.</summary>
public static class CurvePlot
{
    private const int Width = 900;
    private const int Height = 600;
    private const float PointSize = 4;
    private const float MarkSize = 11;
    private const float LabelSize = 13;
    private const double Undivided = 100; // Where the undivided network is: costs are shares of its.

    /// <summary>Writes a PNG; the file is there whole or not at all.</summary>
    public static void Write(string path, string title, string xLabel, string yLabel, IEnumerable<Curve> curves)
    {
        using var plot = Build(title, xLabel, yLabel, curves);
        var png = plot.GetImageBytes(Width, Height, ImageFormat.Png);
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    /// <returns>The picture before it is drawn; the caller disposes of it.</returns>
    internal static Plot Build(string title, string xLabel, string yLabel, IEnumerable<Curve> curves)
    {
        var plot = new Plot();
        foreach (var curve in curves)
        {
            var line = plot.Add.Scatter(
                curve.Points.Select(point => point.X).ToArray(), curve.Points.Select(point => point.Y).ToArray());
            (line.LegendText, line.MarkerSize) = (curve.Name, PointSize);
            if (curve.Undivided is { } height)
            {
                AddUndivided(plot, curve.Name, height, line.Color);
            }

            foreach (var (name, x, y) in curve.Marks)
            {
                plot.Add.Marker(x, y, MarkerShape.FilledDiamond, MarkSize, line.Color);
            }

            // Slanting down to the right: a curve rises, so nothing is there, and names of neighbours lie side by side.
            AddLabels(plot, curve.Marks.Select(mark => (mark.Name, (mark.X, mark.Y))), rotation: 45, offset: (MarkSize / 2, MarkSize), line.Color);
            // Upright, below the point: neighbours on a line are nearer to each other than a label is long.
            AddLabels(plot, curve.Labels.Zip(curve.Points), rotation: 90, offset: (0, 2 * PointSize), line.Color);
            plot.Axes.Margins(horizontal: 0.08, vertical: curve.Labels.Count > 0 ? 0.3 : 0.1); // Room for labels below the lowest point.
        }

        plot.Title(title);
        plot.XLabel(xLabel);
        plot.YLabel(yLabel);
        plot.ShowLegend(Alignment.LowerRight);
        return plot;
    }

    private static void AddUndivided(Plot plot, string name, double height, Color color)
    {
        var level = plot.Add.HorizontalLine(height, color: color, pattern: LinePattern.Dashed);
        level.LegendText = string.Create(CultureInfo.InvariantCulture, $"{name}, undivided: {height:F2} %");
        plot.Add.Marker(Undivided, height, MarkerShape.OpenCircle, MarkSize, color);
    }

    /// <summary>Labels of one point are written beside each other.</summary>
    private static void AddLabels(
        Plot plot, IEnumerable<(string Name, (double X, double Y) Point)> labels, float rotation, (float X, float Y) offset, Color color)
    {
        foreach (var names in labels.GroupBy(label => label.Point, label => label.Name))
        {
            var text = plot.Add.Text(string.Join(", ", names), names.Key.X, names.Key.Y);
            (text.LabelAlignment, text.LabelRotation, text.OffsetX, text.OffsetY) = (Alignment.MiddleLeft, rotation, offset.X, offset.Y);
            (text.LabelFontSize, text.LabelFontColor) = (LabelSize, color);
        }
    }
}
