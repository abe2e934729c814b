namespace Ptee.Bench;

/// <summary>One measured figure; low and high are its spread over the repetitions, or the value itself.</summary>
internal sealed record Figure(double Value, string Unit, double Low, double High)
{
    public static Figure Of(double value, string unit) => new(value, unit, value, value);
}
