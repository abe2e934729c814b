using System.Text;
using Ptee.Shared.Reports;

namespace Ptee.Cli.Output;

/// <summary>A report as people read it; each figure says what it is of.</summary>
internal static class ReportTable
{
    private const double Million = 1e6;

    public static string Render(Report report)
    {
        var text = new StringBuilder();
        text.AppendLine(Head(report));
        text.AppendLine();
        text.AppendLine(Exits(report));
        text.AppendLine();
        if (report.Expected is { } expected)
        {
            text.AppendLine(Promise(report, expected));
            text.AppendLine();
        }

        text.Append(Figures(report));
        if (report.Adaptation is { } adaptation)
        {
            text.AppendLine().AppendLine().Append(AdaptationTable.Render(report, adaptation));
        }

        return text.ToString();
    }

    private static string Head(Report report)
    {
        var policy = report.Threshold.Length == 0
            ? "no exits"
            : (report.Point.Length > 0 ? $"point {report.Point}, " : "")
                + $"threshold {Text.Thresholds(report.Threshold, report.Exits.Length - 1)}";
        return $"{Text.Count(report.Images)} images of {report.Data}, engine {report.Engine}, {policy}, {Text.Number(report.Seconds, 1)} s";
    }

    private static string Exits(Report report)
    {
        var table = new Table("exit", "tier", "images", "share", "accuracy", "agreement");
        foreach (var exit in report.Exits)
        {
            table.Add(
                exit.Name, exit.Tier, Text.Count(exit.Count), Text.Percent((double)exit.Count / Math.Max(1, report.Images), 1),
                Text.Percent(exit.Accuracy), Text.Percent(exit.Agreement));
        }

        return table.ToString();
    }

    /// <summary>What calibration said of the point beside what came out.</summary>
    private static string Promise(Report report, ExpectedReport expected)
    {
        var table = new Table($"point {report.Point}", "held-out", "measured", "difference");
        table.Add(
            "agreement", Text.Percent(expected.Agreement), Text.Percent(report.Accuracy.Agreement),
            Text.Points(expected.AgreementDifference));
        table.Add(
            "all-in cost, coding apart", Text.Percent(expected.AllInRatio), Text.Percent(expected.AllInRatio + expected.AllInRatioDifference),
            Text.Points(expected.AllInRatioDifference));
        return table.ToString();
    }

    private static string Sent(BytesReport bytes) => string.Join(", ", bytes.Sent.Select(codec => $"{Text.Count(codec.Value)} as {codec.Key}"));

    private static string Accuracy(Report report)
    {
        var (accuracy, agreement) = (report.Accuracy, $"agreement {Text.Percent(report.Accuracy.Agreement)}");
        return accuracy.System is null
            ? $"not known, as no image has a label that is a class of the model; {agreement}"
            : $"system {Text.Percent(accuracy.System)}, backbone {Text.Percent(accuracy.Backbone)}"
                + (accuracy.Labelled < report.Images ? $" of the {Text.Count(accuracy.Labelled)} images with a label; {agreement}" : $", {agreement}");
    }

    private static string Figures(Report report)
    {
        var lines = new List<(string Name, string Value)>
        {
            ("accuracy", Accuracy(report)),
            ("answered", $"edge {Text.Count(report.Answered.Edge)}, server {Text.Count(report.Answered.Server)}, degraded {Text.Count(report.Answered.Degraded)}, failed {Text.Count(report.Answered.Failed)}"),
            ("macs", $"{Text.Percent(report.Macs.AllInRatio)} of the backbone's {Text.Number(report.Macs.Backbone / Million, 2)} M ({Text.Percent(report.Macs.PaperRatio)} by the paper's count); a mean image: edge {Text.Number(report.Macs.EdgeMean / Million, 2)} M, server {Text.Number(report.Macs.ServerMean / Million, 2)} M; of both, {Text.Number(report.Macs.CodecMean / Million, 2)} M for coding"),
        };
        if (report.Bytes is { } bytes)
        {
            var baselines = bytes.Baselines;
            lines.Add(("bytes up", $"{Text.Number(bytes.UpMean, 0)} an image at the socket, {Text.Number(bytes.PayloadMean, 0)} of them coded images ({Sent(bytes)}); down {Text.Number(bytes.DownMean, 0)}"));
            lines.Add(("  instead of", $"every picture: raw {Text.Number(baselines.Raw, 0)}, PNG {Text.Number(baselines.Png, 0)}, WebP {Text.Number(baselines.Webp, 0)}, JPEG {Text.Number(baselines.Jpeg, 0)}"));
            lines.Add(("", $"same exits and the rest as a picture: raw {Text.Number(baselines.SameExitsRaw, 0)}, PNG {Text.Number(baselines.SameExitsPng, 0)}, WebP {Text.Number(baselines.SameExitsWebp, 0)}; as f32 features {Text.Number(baselines.FeaturesF32, 0)}"));
        }

        if (report.LatencyMs is { } latency)
        {
            lines.Add(("latency ms", $"mean {Text.Number(latency.Mean, 1)}, p50 {Text.Number(latency.P50, 1)}, p99 {Text.Number(latency.P99, 1)}; answered at the edge p50 {Text.Number(latency.EdgeP50, 1)}, at the server p50 {Text.Number(latency.ServerP50, 1)}"));
        }

        lines.Add(("peak memory", $"{Text.Number(report.MemoryMb.Edge, 0)} MB{(report.MemoryMb.Server is { } server ? $" edge, {Text.Number(server, 0)} MB server" : "")}"));
        if (report.Unreadable > 0)
        {
            lines.Add(("left out", $"pictures that cannot be read: {Text.Count(report.Unreadable)}"));
        }

        return string.Join('\n', lines.Select(line => $"{line.Name,-12}  {line.Value}"));
    }
}
