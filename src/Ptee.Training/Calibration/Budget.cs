using System.Globalization;
using Ptee.Shared;
using Ptee.Shared.IO;

namespace Ptee.Training.Calibration;

/// <summary>What a mean image may cost.</summary>
/// <param name="Measure"><see cref="Macs"/>, <see cref="Bytes"/> or <see cref="Milliseconds"/>.</param>
/// <param name="Limit">In the measure's unit; not negative.</param>
public sealed record Budget(string Measure, double Limit)
{
    /// <summary>Macs of all that ran, branches included, over the plain backbone's.</summary>
    public const string Macs = "macs";

    /// <summary>Bytes of coded features that the edge sends, a mean over all images, those that send nothing too.</summary>
    public const string Bytes = "bytes";

    /// <summary>Milliseconds of all that ran, on this machine, one image at a time.</summary>
    public const string Milliseconds = "ms";

    private const double MostRatio = 3; // Who writes macs=45 means 45 %; the dearest placement there is costs twice the backbone.
    private const double Finest = 1e4; // Four digits after the point are written.

    public static IReadOnlyList<string> Measures { get; } = [Macs, Bytes, Milliseconds];

    /// <param name="text"><c>macs=0.45</c> or <c>macs=45%</c>, <c>bytes=154</c>, <c>ms=2.5</c>.</param>
    /// <exception cref="PteeFormatException">It is none of these.</exception>
    public static Budget Parse(string text)
    {
        var parts = text.Split('=', 2, StringSplitOptions.TrimEntries);
        var isPercent = parts is [Macs, [.., '%']];
        var number = isPercent ? parts[1][..^1] : parts[^1];
        var budget = parts.Length == 2 && Measures.Contains(parts[0])
            && PlainNumber.TryParse<double>(number, out var limit)
            && limit >= 0
            ? new Budget(parts[0], isPercent ? limit / 100 : limit)
            : throw new PteeFormatException($"budget '{text}': expected macs=0.45 or macs=45%, bytes=154 or ms=2.5");
        return budget is not { Measure: Macs, Limit: > MostRatio }
            ? budget
            : throw new PteeFormatException(string.Create(
                CultureInfo.InvariantCulture, $"budget '{text}': {100 * budget.Limit} % of the backbone's macs, expected at most {100 * MostRatio} %; macs=0.45 or macs=45%"));
    }

    /// <summary>This measure's smallest budget, as it is written, that is not under <paramref name="cost"/>.</summary>
    public Budget AtLeast(double cost) => this with { Limit = Math.Ceiling(cost * Finest) / Finest };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Measure}={Limit:0.####}");
}
