using Ptee.Shared.Reports;
using Ptee.Tests.Model;
using Ptee.Training.Plots;
using ScottPlot;
using ScottPlot.Plottables;

namespace Ptee.Tests.Plots;

/// <summary>What stands on the pictures, read before they are drawn.</summary>
public sealed class PlotTests
{
    private static readonly ExitReport[] Exits =
    [
        new("pixels", ImageRecord.EdgeTier, 1480, 0.97, 0.98), new("s2b1", ImageRecord.EdgeTier, 20, 0.97, 1),
        new("backbone", ImageRecord.ServerTier, 500, 0.6, 1),
    ];

    [Fact]
    public void Each_bar_says_which_exit_how_many_images_and_by_its_colour_which_machine()
    {
        using var plot = ExitHistogram.Build("all that ran", Exits, images: 2000);

        var bars = plot.GetPlottables<BarPlot>().Single().Bars;
        Assert.Equal("all that ran", plot.Axes.Title.Label.Text);
        Assert.Equal(["1,480 (74.0 %)", "20 (1.0 %)", "500 (25.0 %)"], bars.Select(bar => bar.Label));
        Assert.Equal(["pixels", "s2b1", "backbone"], TicksOf(plot, plot.Axes.Bottom));
        Assert.Equal("answered here, % of all 2,000 images", plot.Axes.Left.Label.Text);
        Assert.Equal(bars[0].FillColor, bars[1].FillColor);
        Assert.NotEqual(bars[0].FillColor, bars[2].FillColor);
        Assert.Equal(
            [("on the device (edge)", bars[0].FillColor), ("on the server", bars[2].FillColor)],
            plot.Legend.ManualItems.Select(item => (item.LabelText, item.FillColor)));
    }

    [Fact]
    public void A_curve_has_its_operating_points_named_and_the_undivided_network_as_a_line()
    {
        using var plot = CurvePlot.Build(
            "title", "of what the undivided network computes", "of those with a label",
            [new Curve("one", [(30, 89), (50, 92), (60, 92.5)], Labels: [], [("balanced", 30, 89), ("accurate", 50, 92), ("strict", 50, 92)], Undivided: 93)]);

        Assert.Equal(
            ("title", "of what the undivided network computes", "of those with a label"),
            (plot.Axes.Title.Label.Text, plot.Axes.Bottom.Label.Text, plot.Axes.Left.Label.Text));
        Assert.Equal(
            [("balanced", 30.0, 89.0), ("accurate, strict", 50, 92)],
            plot.GetPlottables<Text>().Select(text => (text.LabelText, text.Location.X, text.Location.Y)));
        Assert.Equal(
            [(100.0, 93.0), (30, 89), (50, 92), (50, 92)], plot.GetPlottables<Marker>().Select(marker => (marker.Location.X, marker.Location.Y)));
        var line = plot.GetPlottables<HorizontalLine>().Single();
        Assert.Equal((93, "one, undivided: 93.00 %"), (line.Y, line.LegendText));
        Assert.Equal("one", plot.GetPlottables<Scatter>().Single().LegendText);
    }

    [Fact]
    public void Points_of_a_sweep_have_their_labels_and_where_nothing_is_a_share_no_undivided_network_is_drawn()
    {
        using var plot = CurvePlot.Build("t", "x", "y", [new Curve("one", [(30, 89), (50, 92)], ["λ 2", "λ 0.5"], Marks: [], Undivided: null)]);

        Assert.Equal(["λ 2", "λ 0.5"], plot.GetPlottables<Text>().Select(text => text.LabelText));
        Assert.Empty(plot.GetPlottables<HorizontalLine>());
    }

    [Fact]
    public void Every_sample_has_its_answer_below_it_and_every_row_its_exit_machine_and_count()
    {
        using var plot = SampleSheet.Build("samples", Pictures32.Random(4), [
            new SampleRow("pixels", ImageRecord.EdgeTier, 1485, [(0, "cat", false), (3, "dog", true)]),
            new SampleRow("backbone", ImageRecord.ServerTier, 0, []),
            new SampleRow("a\u001b[31mname", ImageRecord.ServerTier, 1, [(1, "a class with a long name", false)]),
        ]);

        Assert.Equal("samples", plot.Axes.Title.Label.Text);
        Assert.Equal(
            ["pixels\non the device (edge)\n1,485 images", "backbone\non the server\n0 images", "a?[31mname\non the server\n1 image"],
            TicksOf(plot, plot.Axes.Left));
        Assert.Equal(
            [("cat", Colors.Black), ("dog", Colors.Red), ("a class with a …", Colors.Black)],
            plot.GetPlottables<Text>().Select(text => (text.LabelText, text.LabelFontColor)));
        Assert.Equal(3, plot.GetPlottables<ImageRect>().Count());
    }

    /// <remarks>Ticks are made when a plot is drawn.</remarks>
    private static IEnumerable<string> TicksOf(Plot plot, IAxis axis)
    {
        plot.RenderInMemory(700, 450);
        return axis.TickGenerator.Ticks.Select(tick => tick.Label);
    }
}
