using System.Globalization;
using Ptee.Shared.Reports;

namespace Ptee.Edge.Commands;

/// <summary>The line at the end of a run: who answered how much, and what it took.</summary>
internal static class RunSummary
{
    /// <param name="images">All that were answered or failed.</param>
    /// <param name="report">Of the whole run; its records are not looked at.</param>
    public static string Line(int images, AnsweredReport answered, ClassifyReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(report.Stopped ? "stopped after " : "")}{images:N0} {(images == 1 ? "picture" : "pictures")} in {report.Seconds:0.0} s: "
        + $"the device answered {answered.Edge + answered.Unsure + answered.Degraded:N0}, {Rest(answered, report)}");

    private static string Rest(AnsweredReport answered, ClassifyReport report) => report is { BytesUp: { } up, BytesDown: { } down }
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{answered.Degraded:N0} of them degraded, and the server {answered.Server:N0}; {answered.Failed:N0} failed; "
            + $"{up:N0} bytes went to the server and {down:N0} came back")
        : string.Create(CultureInfo.InvariantCulture, $"{answered.Unsure:N0} of them unsure; {answered.Failed:N0} failed");
}
