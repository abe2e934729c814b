namespace Ptee.Training.Calibration;

/// <summary>What an image costs that leaves at each exit, the backbone's own last. Never falling.</summary>
public static class ExitCosts
{
    /// <summary>Nothing for what leaves on the device, one payload for all that is handed over, wherever it leaves then.</summary>
    /// <param name="split">Index of the cut at which the edge hands over.</param>
    /// <param name="payload">Bytes, a mean.</param>
    public static IReadOnlyList<double> BytesUp(int earlyExits, int split, double payload) =>
        [.. Enumerable.Range(0, earlyExits + 1).Select(exit => exit <= split ? 0.0 : payload)];
}
