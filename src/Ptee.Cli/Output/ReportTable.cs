using Ptee.Shared.IO;
using Ptee.Shared.Reports;

namespace Ptee.Cli.Output;

/// <summary>A report as people read it; each figure says what it is of.</summary>
internal static class ReportTable
{
    private const double Million = 1e6;
    private const double ClearlyMissed = 0.01;

    public static string Render(Report report)
    {
        var parts = new List<string> { Head(report), ReportSentences.Render(report), Exits(report) };
        if (report.Expected is { } expected)
        {
            parts.Add(Promise(report, expected));
        }

        parts.Add(Figures(report));
        if (report.Adaptation is { } adaptation)
        {
            parts.Add(AdaptationTable.Render(report, adaptation));
        }

        return string.Join("\n\n", parts.Where(part => part.Length > 0));
    }

    private static string Head(Report report)
    {
        var policy = report.Threshold.Length == 0
            ? "no exits"
            : (report.Point.Length > 0 ? $"operating point {report.Point}, " : "")
                + $"thresholds {Text.Thresholds(report.Threshold, report.Exits.Length - 1)}";
        return $"{Text.Count(report.Images)} images of {Printable.Line(report.Data)}, {policy}, engine {report.Engine}, "
            + $"{Text.Number(report.Seconds, 1)} s";
    }

    private static string Exits(Report report)
    {
        var table = new Table("exit", "tier", "images", "share", "true class", "as undivided");
        foreach (var exit in report.Exits)
        {
            table.Add(
                exit.Name, exit.Tier, Text.Count(exit.Count), Text.Percent((double)exit.Count / Math.Max(1, report.Images), 1),
                Text.Percent(exit.Accuracy), Text.Percent(exit.Agreement));
        }

        return "Where images were answered (edge: the device). Shares are of all images; the last two columns are of those that the exit "
            + $"answered:\nhow many got their true class, and how many the class that the undivided network says.\n{table}";
    }

    /// <summary>What calibration said of the point beside what came out.</summary>
    private static string Promise(Report report, ExpectedReport expected)
    {
        var table = new Table("", "promised", "measured", "difference");
        table.Add(
            "as undivided, of all images", Text.Percent(expected.Agreement), Text.Percent(report.Accuracy.Agreement),
            Text.Points(expected.AgreementDifference));
        table.Add(
            "computed, of the undivided network's", Text.Percent(expected.AllInRatio), Text.Percent(expected.AllInRatio + expected.AllInRatioDifference),
            Text.Points(expected.AllInRatioDifference));
        return $"What calibration promised of point {report.Point}, on pictures held out from training, and what was measured here\n"
            + $"(coding apart; differences in percentage points).\n{table}{Missed(expected)}";
    }

    /// <summary>By more than a point: less is what another thousand images gives.</summary>
    private static string Missed(ExpectedReport expected)
    {
        string[] missed =
        [
            .. expected.AgreementDifference < -ClearlyMissed
                ? [$"agreement is {Text.Number(-100 * expected.AgreementDifference, 2)} points lower"] : (string[])[],
            .. expected.AllInRatioDifference > ClearlyMissed
                ? [$"computing is {Text.Number(100 * expected.AllInRatioDifference, 2)} points higher"] : (string[])[],
        ];
        return missed.Length == 0
            ? ""
            : $"\nThe promise is missed: {string.Join(", and ", missed)} than promised.";
    }

    private static string Figures(Report report)
    {
        List<(string Name, string Value)> lines = [("answered", Answered(report)), .. Compute(report.Macs)];
        if (report.Bytes is { } bytes)
        {
            lines.AddRange(Bytes(bytes));
        }

        if (report.Coding is { } coding)
        {
            lines.AddRange(Coding(coding));
        }

        if (report.LatencyMs is { } latency)
        {
            lines.AddRange(Time(latency));
        }

        lines.Add(("memory", Memory(report.MemoryMb)));
        return string.Join('\n', lines.Select(line => $"{line.Name,-8}  {line.Value}"));
    }

    private static string Answered(Report report) =>
        $"by the device {Text.Count(report.Answered.Edge)}, by the server {Text.Count(report.Answered.Server)}, "
        + $"unsure {Text.Count(report.Answered.Unsure)}, degraded {Text.Count(report.Answered.Degraded)}, failed {Text.Count(report.Answered.Failed)}; each image is counted once";

    private static IEnumerable<(string Name, string Value)> Compute(MacsReport macs)
    {
        yield return ("compute", $"100 % is what the undivided network takes for an image: {Millions(macs.Backbone)} multiply-accumulates;");
        yield return ("", $"a mean image took {Of(macs.EdgeMean)} on the device and {Of(macs.ServerMean)} on the server, "
            + $"together {Text.Percent(macs.AllInRatio)},");
        if (macs.CodecMean > 0)
        {
            yield return ("", $"{Of(macs.CodecMean)} of them for coding: a trained codec's networks, and what the server repeats "
                + "when it is sent a picture;");
        }

        yield return ("", "as the PTEENet paper counts, without coding and without exits that did not answer: "
            + Text.Percent(macs.PaperRatio));

        string Of(double mean) => $"{Millions(mean)} ({Text.Percent(mean / macs.Backbone)})";
    }

    private static string Millions(double count) => $"{Text.Number(count / Million, 2)} M";

    private static IEnumerable<(string Name, string Value)> Bytes(BytesReport bytes)
    {
        var baselines = bytes.Baselines;
        yield return ("bytes", $"a mean over all images, everything at the socket counted: {Bytes(bytes.UpMean)} up "
            + $"({Bytes(bytes.PayloadMean)} of them coded images), {Bytes(bytes.DownMean)} down;");
        yield return ("", $"every picture instead: raw {Bytes(baselines.Raw)}, PNG {Bytes(baselines.Png)}, WebP {Bytes(baselines.Webp)}, "
            + $"JPEG {Bytes(baselines.Jpeg)};");
        yield return ("", $"only those that were handed over, all in one way: raw {Bytes(baselines.SameExitsRaw)}, "
            + $"PNG {Bytes(baselines.SameExitsPng)}, WebP {Bytes(baselines.SameExitsWebp)}, f32 features {Bytes(baselines.FeaturesF32)}");
    }

    private static IEnumerable<(string Name, string Value)> Coding(CodingReport coding)
    {
        yield return ("coding", "an image that is handed over is coded as the device does it and decoded as the server does it, the shortest of "
            + $"{string.Join(", ", coding.Sent.Keys)}:");
        var taken = coding.SentMeans.OrderBy(sent => sent.Key, StringComparer.Ordinal)
            .Select(sent => $"{sent.Key} {Text.Count(coding.Sent[sent.Key])} images, {Bytes(sent.Value)} bytes in the mean");
        yield return ("", string.Join("; ", taken.DefaultIfEmpty("none was handed over")) + $"; over all images {Bytes(coding.PayloadMean)} bytes");
    }

    private static string Bytes(double mean) => Text.Number(mean, 0);

    private static IEnumerable<(string Name, string Value)> Time(LatencyReport latency)
    {
        yield return ("time", $"from taking an image up to its answer, in ms: mean {Text.Number(latency.Mean, 1)}, "
            + $"median {Text.Number(latency.P50, 1)}, 99 % within {Text.Number(latency.P99, 1)};");
        yield return ("", $"median of what the device answered {Text.Number(latency.EdgeP50, 1)}, "
            + $"of what the server answered {Text.Number(latency.ServerP50, 1)}");
    }

    private static string Memory(MemoryReport memory) => $"at most {Text.Number(memory.Edge, 0)} MB"
        + (memory.Server is { } server ? $" on the device, {Text.Number(server, 0)} MB on the server" : "");
}
