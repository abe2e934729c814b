using Ptee.Shared.Reports;

namespace Ptee.Cli.Output;

/// <summary>What a report comes to, for somebody who sees one for the first time: a sentence a line.</summary>
internal static class ReportSentences
{
    private const string Unlabelled = "No accuracy is known: no image has a label that is a class of the model.";

    public static string Render(Report report)
    {
        var isSplit = report.Exits.Length > 1; // Else it is a backbone that has no exits yet.
        IEnumerable<string?> sentences =
        [
            report.ServerEnd is { } end ? $"The server ended during the run, and the device went on alone: {end}." : null,
            !isSplit ? null : report.Bytes is { } bytes ? Travelled(report, bytes) : Left(report),
            report.Bytes is { } sent ? Sent(sent) : null,
            isSplit ? Computed(report.Macs) : null,
            Right(report, isSplit),
            report.Unreadable > 0 ? $"Pictures that could not be read, and are in no figure: {Text.Count(report.Unreadable)}." : null,
            .. Doubts(report.Answered),
        ];
        return string.Join('\n', sentences.OfType<string>());
    }

    private static string Travelled(Report report, BytesReport bytes)
    {
        var left = bytes.SentAsFeatures + bytes.SentAsPicture;
        if (left == 0)
        {
            return $"All {Text.Count(report.Images)} images stayed on the device, and none was sent.";
        }

        var stayed = report.Images - left;
        return (stayed == 0
                ? $"All {Text.Count(report.Images)} images went to the server: "
                : $"{Of(stayed, report.Images)} never left the device. The other {Text.Count(left)} went to the server: ")
            + $"{Text.Count(bytes.SentAsFeatures)} as features and {Text.Count(bytes.SentAsPicture)} as pictures ({Codecs(bytes)})"
            + (bytes.Sent.Count > 1 ? ", each in the form that was shortest." : ".");
    }

    private static string Codecs(BytesReport bytes)
    {
        var used = bytes.Sent.Where(codec => codec.Value > 0).ToArray();
        return used.Length == 1 ? used[0].Key : string.Join(", ", used.Select(codec => $"{Text.Count(codec.Value)} {codec.Key}"));
    }

    private static string Left(Report report) =>
        $"{Of(report.Answered.Edge, report.Images)} are answered by exits on the device; the server finishes the other "
        + $"{Text.Count(report.Answered.Server)}.";

    private static string Sent(BytesReport bytes)
    {
        var (sent, pictures) = (bytes.UpMean, bytes.Baselines.Webp);
        return $"The device sent {Bytes(sent)} bytes an image, a mean over all images: {Text.Percent(Math.Abs(1 - (sent / pictures)), 1)} "
            + $"{(sent < pictures ? "less" : "more")} than the {Bytes(pictures)} of sending every picture as lossless WebP.";
    }

    private static string Computed(MacsReport macs) =>
        $"Device and server together computed {Text.Percent(macs.AllInRatio, 1)} of what the undivided network computes for the same "
        + $"images: the device {Text.Percent(macs.EdgeMean / macs.Backbone, 1)}, the server {Text.Percent(macs.ServerMean / macs.Backbone, 1)}.";

    private static string Right(Report report, bool isSplit)
    {
        var accuracy = report.Accuracy;
        var labelled = accuracy.Labelled < report.Images ? $"the {Text.Count(accuracy.Labelled)} images with a label" : "the images";
        return (isSplit, accuracy) switch
        {
            (false, { System: { } alone }) => $"{Text.Percent(alone)} of {labelled} get their true class.",
            (false, _) => Unlabelled,
            (_, { System: { } system, Backbone: { } backbone }) =>
                $"{Text.Percent(system)} of {labelled} got their true class (the undivided network: {Text.Percent(backbone)}), and "
                + $"{Text.Percent(accuracy.Agreement)} of all images the class that the undivided network says.",
            _ => $"{Text.Percent(accuracy.Agreement)} of the images got the class that the undivided network says. {Unlabelled}",
        };
    }

    private static IEnumerable<string> Doubts(AnsweredReport answered)
    {
        if (answered.Degraded > 0)
        {
            yield return $"Degraded answers: {Text.Count(answered.Degraded)}. The server was wanted and did not answer in time, so the "
                + "device's last exit answered, although it was not sure.";
        }

        if (answered.Unsure > 0)
        {
            yield return $"Unsure answers: {Text.Count(answered.Unsure)}. The device's last exit answered, although it was not sure, "
                + "because there was no server to ask.";
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
