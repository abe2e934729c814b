using System.Text.Json;
using CsCheck;
using Ptee.Shared.IO;
using Ptee.Shared.Reports;

namespace Ptee.Shared.Tests.Reports;

public sealed class AnsweredReportTests
{
    private static readonly ImageRecord Sure = new(
        0, "a.png", null, 1, "cat", 0, ImageRecord.EdgeTier, Degraded: false, 1, 1, 1, 0, "", Error: null);

    private static readonly ImageRecord Unsure = Sure with { BelowThreshold = true };
    private static readonly ImageRecord Degraded = Unsure with { Degraded = true };
    private static readonly ImageRecord Failed = Sure with { Class = -1, Tier = "", Error = "damaged" };
    private static readonly ImageRecord ByServer = Sure with { Tier = ImageRecord.ServerTier };

    [Fact]
    public void An_unsure_answer_is_counted_apart_from_a_degraded_one() => Assert.Equal(
        new AnsweredReport(Edge: 1, Server: 2, Degraded: 3, Failed: 1, Unsure: 2),
        AnsweredReport.Of([Sure, ByServer, ByServer, Degraded, Degraded, Degraded, Failed, Unsure, Unsure]));

    [Fact]
    public void Every_image_is_counted_once() =>
        Gen.OneOf([Sure, Unsure, Degraded, Failed, ByServer]).Array.Sample(images =>
        {
            var counts = AnsweredReport.Of(images);
            Assert.Equal(images.Length, counts.Edge + counts.Server + counts.Degraded + counts.Failed + counts.Unsure);
        });

    [Fact]
    public void A_report_that_knows_nothing_of_unsure_answers_is_still_read()
    {
        const string old = """{"edge":1,"server":2,"degraded":0,"failed":0}""";

        Assert.Equal(new AnsweredReport(1, 2, 0, 0), JsonSerializer.Deserialize<AnsweredReport>(old, JsonFile.Options));
    }

    [Fact]
    public void A_report_of_a_run_says_the_counts_and_is_read_again()
    {
        var run = new ClassifyReport("id", "onnx", "confidence", "", [0.5f], 0, "", 1, null, null, 1, 1, 0, [Unsure, Degraded], Stopped: true);

        var text = JsonSerializer.Serialize(run, JsonFile.Options);

        using var json = JsonDocument.Parse(text);
        Assert.Equal(1, json.RootElement.GetProperty("answered").GetProperty("unsure").GetInt32());
        Assert.True(json.RootElement.GetProperty("stopped").GetBoolean());
        Assert.True(json.RootElement.GetProperty("images")[0].GetProperty("below_threshold").GetBoolean());
        Assert.Equal(run.Answered, JsonSerializer.Deserialize<ClassifyReport>(text, JsonFile.Options)!.Answered);
    }
}
