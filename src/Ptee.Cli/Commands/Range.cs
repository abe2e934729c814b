using System.Numerics;
using Ptee.Shared;

namespace Ptee.Cli.Commands;

/// <summary>Numbers from the command line, within their limits.</summary>
internal static class Range
{
    /// <exception cref="PteeFormatException">Names the option, the limits and what came.</exception>
    public static T Check<T>(string option, T value, T low, T high)
        where T : INumber<T> =>
        value >= low && value <= high
            ? value
            : throw new PteeFormatException($"{option} is {value}, expected {low} to {high}");
}
