using Ptee.Shared.Reports;

namespace Ptee.Cli.Output;

/// <summary>What a report comes to, for somebody who sees one for the first time: a sentence a line.</summary>
internal static class ReportSentences
{
    public static string Render(Report report)
    {
        var isSplit = report.Exits.Length > 1; // Else it is a backbone that has no exits yet.
        IEnumerable<string?> sentences =
        [
            report.ServerEnd is { } end ? $"The server ended during the run, and the device went on alone: {end}." : null,
            !isSplit ? null : report.Bytes is { } bytes ? Travelled(report, bytes) : Left(report),
            report.Bytes is { } sent ? Sent(sent) : null,
            isSplit ? Computed(report.Macs) : null,
            Right(report.Accuracy, isSplit),
            .. Doubts(report.Answered),
        ];
        return string.Join('\n', sentences.OfType<string>());
    }

    private static string Travelled(Report report, BytesReport bytes)
    {
        var left = bytes.SentAsFeatures + bytes.SentAsPicture;
        if (left == 0)
        {
            return $"All {Text.Count(report.Images)} images stayed on the device: nothing was sent.";
        }

        var codecs = string.Join(", ", bytes.Sent.Where(codec => codec.Value > 0).Select(codec => $"{Text.Count(codec.Value)} as {codec.Key}"));
        return $"{Of(report.Images - left, report.Images)} never left the device. The other {Text.Count(left)} went to the server: "
            + $"{Text.Count(bytes.SentAsFeatures)} as features and {Text.Count(bytes.SentAsPicture)} as pictures ({codecs})"
            + (bytes.Sent.Count > 1 ? ", each as what is shorter for it." : ".");
    }

    private static string Left(Report report) =>
        $"{Of(report.Answered.Edge, report.Images)} are answered by exits on the device; the server finishes the other "
        + $"{Text.Count(report.Answered.Server)}.";

    private static string Sent(BytesReport bytes)
    {
        var saved = 1 - (bytes.UpMean / bytes.Baselines.Webp);
        return $"Sent were {Bytes(bytes.UpMean)} bytes an image, over all images; every picture as lossless WebP would be "
            + $"{Bytes(bytes.Baselines.Webp)} bytes an image, so that is {Text.Percent(Math.Abs(saved), 1)} {(saved < 0 ? "more" : "less")}.";
    }

    private static string Computed(MacsReport macs) =>
        $"Device and server together computed {Text.Percent(macs.AllInRatio, 1)} of what the undivided network computes for the same images: "
        + $"the device {Text.Percent(macs.EdgeMean / macs.Backbone, 1)}, the server {Text.Percent(macs.ServerMean / macs.Backbone, 1)}.";

    private static string? Right(AccuracyReport accuracy, bool isSplit) => (isSplit, accuracy) switch
    {
        (false, { System: { } alone }) => $"{Text.Percent(alone)} of the images get their true class.",
        (false, _) => null,
        (_, { System: { } system, Backbone: { } backbone }) =>
            $"{Text.Percent(system)} of the images got their true class (the undivided network: {Text.Percent(backbone)}), and "
            + $"{Text.Percent(accuracy.Agreement)} the class that the undivided network says.",
        _ => $"{Text.Percent(accuracy.Agreement)} of the images got the class that the undivided network says.",
    };

    private static IEnumerable<string> Doubts(AnsweredReport answered)
    {
        if (answered.Degraded > 0)
        {
            yield return $"Degraded answers: {Text.Count(answered.Degraded)}. The server was wanted and did not answer in time, so the device's "
                + "last exit answered, although it was not sure.";
        }

        if (answered.Unsure > 0)
        {
            yield return $"Unsure answers: {Text.Count(answered.Unsure)}. The device's last exit answered, although it was not sure, because "
                + "there was no server to ask.";
        }

        if (answered.Failed > 0)
        {
            yield return $"Images without an answer: {Text.Count(answered.Failed)}.";
        }
    }

    private static string Of(int part, int all) =>
        $"{Text.Count(part)} of {Text.Count(all)} images ({Text.Percent((double)part / Math.Max(1, all), 1)})";

    private static string Bytes(double mean) => Text.Count((long)Math.Round(mean));
}
