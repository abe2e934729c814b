using System.Globalization;

namespace Ptee.Cli.Output;

/// <summary>Numbers as people read them, the same in every culture.</summary>
internal static class Text
{
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Number(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);

    public static string Percent(double? fraction, int digits = 2) =>
        fraction is { } f ? Number(100 * f, digits) + " %" : "-";

    /// <summary>A difference of fractions in percentage points, always with its sign.</summary>
    public static string Points(double difference) =>
        (100 * difference).ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);

    public static string Number(double? value, int digits) => value is { } v ? Number(v, digits) : "-";
}
