using Ptee.Shared.IO;
using ScottPlot;

namespace Ptee.Training.Plots;

/// <summary>How many images left at each exit.</summary>
public static class ExitHistogram
{
    private const int Width = 700;
    private const int Height = 450;

    /// <param name="exits">Name and share of the images, in the order of the exits.</param>
    public static void Write(string path, IReadOnlyList<(string Name, double Share)> exits)
    {
        using var plot = new Plot();
        plot.Add.Bars(exits.Select(exit => 100 * exit.Share).ToArray());
        plot.Axes.Bottom.SetTicks(
            [.. Enumerable.Range(0, exits.Count).Select(i => (double)i)], [.. exits.Select(exit => exit.Name)]);
        plot.Axes.Margins(bottom: 0);
        plot.YLabel("images that leave here, %");
        var png = plot.GetImageBytes(Width, Height, ImageFormat.Png);
        AtomicFile.Write(path, stream => stream.Write(png));
    }
}
