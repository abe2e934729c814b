using Ptee.Cli.Output;
using Ptee.Shared.Reports;

namespace Ptee.Tests.Output;

public sealed class ReportTableTests
{
    private static readonly BaselineReport Baselines = new(3072, 2271, 1837, 783, 1247, 921, 744, 13304);

    private static readonly Report Report = new(
        "id", "cifar10:test", 1000, "onnx", "accurate", [0.9f, 0.8f], Seconds: 3.9,
        new AccuracyReport(0.921, 0.93, 0.987, Labelled: 1000),
        new AnsweredReport(Edge: 594, Server: 406, Degraded: 0, Failed: 0),
        [
            new ExitReport("pixels", ImageRecord.EdgeTier, 594, 0.97, 0.98), new ExitReport("s2b1", ImageRecord.ServerTier, 206, 0.9, 1),
            new ExitReport("backbone", ImageRecord.ServerTier, 200, 0.6, 1),
        ],
        new MacsReport(70_000_000, 21_000_000, 24_500_000, 7_000_000, 0.65, 0.45),
        new BytesReport(751, 13, 744, new Dictionary<string, int> { ["quant"] = 0, ["webp"] = 406 }, Baselines, SentAsFeatures: 0, SentAsPicture: 406),
        LatencyMs: null,
        new MemoryReport(121, 162));

    [Fact]
    public void The_first_sentences_say_how_images_travelled_what_was_sent_and_what_was_computed()
    {
        var lines = Lines(Report);

        Assert.Equal(
            "594 of 1,000 images (59.4 %) never left the device. The other 406 went to the server: 0 as features and 406 as pictures (webp), "
            + "each in the form that was shortest.",
            lines[2]);
        Assert.Equal(
            "The device sent 751 bytes an image, a mean over all images: 59.1 % less than the 1,837 of sending every picture as lossless WebP.",
            lines[3]);
        Assert.Equal(
            "Device and server together computed 65.0 % of what the undivided network computes for the same images: the device 30.0 %, the server 35.0 %.",
            lines[4]);
        Assert.StartsWith("92.10 % of the images got their true class (the undivided network: 93.00 %), and 98.70 % of all images the class", lines[5], StringComparison.Ordinal);
        Assert.Equal("", lines[6]);
    }

    [Fact]
    public void Features_and_pictures_are_told_apart_and_more_bytes_than_pictures_are_not_called_less()
    {
        var lines = Lines(Report with
        {
            Bytes = Report.Bytes! with
            {
                UpMean = 2000,
                Sent = new Dictionary<string, int> { ["quant"] = 600, ["webp"] = 400 },
                SentAsFeatures = 600,
                SentAsPicture = 400,
            },
        });

        Assert.Equal(
            "All 1,000 images went to the server: 600 as features and 400 as pictures (600 quant, 400 webp), each in the form that was shortest.",
            lines[2]);
        Assert.Contains("8.9 % more than the 1,837", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_ended_is_the_first_thing_that_is_said_and_degraded_answers_are_explained()
    {
        var lines = Lines(Report with
        {
            Answered = new AnsweredReport(594, 100, Degraded: 306, 0),
            ServerEnd = "ptee-server was killed by signal SIGKILL (exit status 137)",
        });

        Assert.Equal(
            "The server ended during the run, and the device went on alone: ptee-server was killed by signal SIGKILL (exit status 137).", lines[2]);
        Assert.Contains(lines, line => line.StartsWith("Degraded answers: 306. ", StringComparison.Ordinal));
    }

    [Fact]
    public void Answers_that_are_sure_and_in_time_get_no_sentence_about_doubt()
    {
        var text = ReportTable.Render(Report);

        Assert.DoesNotContain("Degraded answers", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Unsure answers", text, StringComparison.Ordinal);
        Assert.DoesNotContain("without an answer", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Unsure_and_failed_images_are_said_apart()
    {
        var text = ReportTable.Render(Report with { Answered = new AnsweredReport(594, 400, 0, Failed: 2, Unsure: 4) });

        Assert.Contains("Unsure answers: 4. ", text, StringComparison.Ordinal);
        Assert.Contains("Images without an answer: 2.", text, StringComparison.Ordinal);
        Assert.Contains("by the device 594, by the server 400, unsure 4, degraded 0, failed 2; each image is counted once", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_labels_it_is_said_why_no_accuracy_is_known()
    {
        var lines = Lines(Report with { Accuracy = new AccuracyReport(null, null, 0.987, Labelled: 0) });

        Assert.Equal(
            "98.70 % of the images got the class that the undivided network says. No accuracy is known: no image has a label that is a class of the model.",
            lines[5]);
    }

    [Fact]
    public void Accuracy_is_of_the_images_with_a_label_and_pictures_that_could_not_be_read_are_counted()
    {
        var lines = Lines(Report with { Accuracy = new AccuracyReport(0.9, 0.91, 0.987, Labelled: 800), Unreadable = 3 });

        Assert.StartsWith("90.00 % of the 800 images with a label got their true class", lines[5], StringComparison.Ordinal);
        Assert.Equal("Pictures that could not be read, and are in no figure: 3.", lines[6]);
    }

    [Fact]
    public void What_ran_in_one_process_travelled_nowhere()
    {
        var lines = Lines(Report with { Bytes = null });

        Assert.Equal("594 of 1,000 images (59.4 %) are answered by exits on the device; the server finishes the other 406.", lines[2]);
        Assert.StartsWith("Device and server together computed", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void A_backbone_without_exits_is_not_called_split()
    {
        var text = ReportTable.Render(Report with { Threshold = [], Point = "", Bytes = null, Exits = [Report.Exits[^1]] });

        Assert.Contains("92.10 % of the images get their true class.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("on the device; the server", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-0.0157, 0.02, "The promise is missed: agreement is 1.57 points lower, and computing is 2.00 points higher than promised.")]
    [InlineData(-0.0157, -0.3, "The promise is missed: agreement is 1.57 points lower than promised.")]
    [InlineData(0.02, 0.0123, "The promise is missed: computing is 1.23 points higher than promised.")]
    [InlineData(-0.0099, 0.0099, null)]
    [InlineData(0.02, -0.02, null)]
    public void A_promise_that_is_missed_by_more_than_a_point_is_said(double agreement, double computing, string? sentence)
    {
        var lines = Lines(Report with { Expected = new ExpectedReport(0.99, 0.5, agreement, computing) });

        Assert.Equal(sentence, lines.SingleOrDefault(line => line.StartsWith("The promise is missed", StringComparison.Ordinal)));
    }

    private static string[] Lines(Report report) => ReportTable.Render(report).Split('\n');
}
