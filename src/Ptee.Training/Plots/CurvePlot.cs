using Ptee.Shared.IO;
using ScottPlot;

namespace Ptee.Training.Plots;

/// <summary>Curves of several models in one picture.</summary>
public static class CurvePlot
{
    private const int Width = 900;
    private const int Height = 600;
    private const float MarkerSize = 4;

    /// <summary>Writes a PNG; the file is there whole or not at all.</summary>
    public static void Write(string path, string xLabel, string yLabel, IEnumerable<Curve> curves)
    {
        using var plot = new Plot();
        foreach (var curve in curves)
        {
            var line = plot.Add.Scatter(
                curve.Points.Select(point => point.X).ToArray(), curve.Points.Select(point => point.Y).ToArray());
            line.LegendText = curve.Name;
            line.MarkerSize = MarkerSize;
            foreach (var labels in curve.Labels.Zip(curve.Points).GroupBy(pair => pair.Second, pair => pair.First))
            {
                // Upright, below the point: neighbours on a line are nearer to each other than a label is long.
                var text = plot.Add.Text(string.Join(", ", labels), labels.Key.X, labels.Key.Y);
                (text.LabelAlignment, text.LabelRotation, text.OffsetY) = (Alignment.MiddleLeft, 90, 2 * MarkerSize);
            }

            if (curve.Labels.Count > 0)
            {
                plot.Axes.Margins(horizontal: 0.05, vertical: 0.3); // Room for labels below the lowest point.
            }
        }

        plot.XLabel(xLabel);
        plot.YLabel(yLabel);
        plot.ShowLegend(Alignment.LowerRight);
        var png = plot.GetImageBytes(Width, Height, ImageFormat.Png);
        AtomicFile.Write(path, stream => stream.Write(png));
    }
}
