using Ptee.Shared;
using Ptee.Shared.Features;
using Ptee.Training.ExitTraining;
using Ptee.Training.Placement;

namespace Ptee.Training.Calibration;

/// <summary>What an image costs that leaves at each exit, the backbone's own last, in a budget's unit. Never falling.</summary>
internal static class ExitCosts
{
    /// <param name="split">Index of the cut at which the edge hands over.</param>
    /// <param name="codec">Of the cut at <paramref name="split"/>, with its tables.</param>
    /// <exception cref="PteeFormatException">The measure is unknown.</exception>
    public static IReadOnlyList<double> Of(string measure, StagedExits exits, int split, IFeatureCodec codec) => measure switch
    {
        Budget.Macs => exits.AllInCosts,
        Budget.Bytes => BytesUp(exits.Branches.Count, split, codec.MaxPayloadBytes),
        Budget.Milliseconds => SegmentClock.Measure(exits).AllIn(),
        _ => throw new PteeFormatException($"unknown budget '{measure}'; known: {string.Join(", ", Budget.Measures)}"),
    };

    /// <summary>Nothing for what leaves on the device, one payload for all that is handed over, wherever it leaves then.</summary>
    public static IReadOnlyList<double> BytesUp(int earlyExits, int split, int payload) =>
        [.. Enumerable.Range(0, earlyExits + 1).Select(exit => exit <= split ? 0.0 : payload)];
}
