using System.Globalization;
using Ptee.Shared.Architectures;

namespace Ptee.Cli.Output;

/// <summary>Numbers as people read them, the same in every culture.</summary>
internal static class Text
{
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Number(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);

    public static string Percent(double? fraction, int digits = 2) =>
        fraction is { } f ? Number(100 * f, digits) + " %" : "-";

    /// <summary>Where an exit sits: a block's number and name, or the picture.</summary>
    public static string Place(int block, string name) => block == Backbone.Pixels ? name : $"{block} ({name})";

    /// <summary>A difference of fractions in percentage points, always with its sign.</summary>
    public static string Points(double difference) =>
        (100 * difference).ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);

    public static string Number(double? value, int digits) => value is { } v ? Number(v, digits) : "-";
}
