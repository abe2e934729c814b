namespace Ptee.Bench;

/// <summary>One measured figure; low and high are its spread over the repetitions, or the value itself.</summary>
internal sealed record Figure(double Value, string Unit, double Low, double High)
{
    /// <summary>Median of repetitions, with the lowest and the highest.</summary>
    public static Figure Spread(IEnumerable<double> values, string unit)
    {
        var sorted = values.Order().ToArray();
        return new Figure(sorted[sorted.Length / 2], unit, sorted[0], sorted[^1]);
    }

    /// <summary>The upper one, of an even number.</summary>
    public static double Median(IEnumerable<double> values) => Spread(values, "").Value;

    public static Figure Of(double value, string unit) => new(value, unit, value, value);
}
