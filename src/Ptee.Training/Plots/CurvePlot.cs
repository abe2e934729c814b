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
            foreach (var (label, (x, y)) in curve.Labels.Zip(curve.Points))
            {
                var text = plot.Add.Text(label, x, y);
                (text.LabelAlignment, text.OffsetX) = (Alignment.MiddleRight, -2 * MarkerSize);
            }
        }

        plot.XLabel(xLabel);
        plot.YLabel(yLabel);
        plot.ShowLegend(Alignment.LowerRight);
        var png = plot.GetImageBytes(Width, Height, ImageFormat.Png);
        AtomicFile.Write(path, stream => stream.Write(png));
    }
}
