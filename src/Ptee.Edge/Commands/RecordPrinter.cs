using System.Globalization;
using System.Text.Json;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Shared.Reports;

namespace Ptee.Edge.Commands;

/// <summary>Answers as lines: for people, or one JSON object a line.</summary>
internal sealed class RecordPrinter(Manifest manifest, TextWriter output, bool jsonLines)
{
    private const string LastExit = "backbone";

    private static readonly JsonSerializerOptions OneLine = new(JsonFile.Options) { WriteIndented = false };

    public Task PrintAsync(ImageRecord record) =>
        output.WriteLineAsync(jsonLines ? JsonSerializer.Serialize(record, OneLine) : Readable(record));

    public Task PrintStatsAsync(int images, long liveTensors) => output.WriteLineAsync(string.Create(
        CultureInfo.InvariantCulture,
        $"stats {{\"images\":{images},\"resident_bytes\":{ProcessMemory.Resident()},\"live_tensors\":{liveTensors},"
        + $"\"allocated_bytes\":{GC.GetTotalAllocatedBytes()}}}"));

    private string Readable(ImageRecord record)
    {
        if (record.Error is not null)
        {
            return $"{Printable.Message(record.Image)}  failed  {record.Error}";
        }

        var exit = record.Exit < manifest.Exits.Length ? manifest.Exits[record.Exit].Name : LastExit;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Printable.Message(record.Image)}  {Printable.Message(record.ClassName)}  {record.Probability:0.00}  exit {exit}  {record.Tier}  "
            + $"{record.LatencyMs:0.0} ms{Doubt(record)}");
    }

    private static string Doubt(ImageRecord record) => record switch
    {
        { Degraded: true } => "  degraded",
        { BelowThreshold: true } => "  unsure",
        _ => "",
    };
}
