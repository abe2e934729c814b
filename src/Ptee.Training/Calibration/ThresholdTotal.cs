namespace Ptee.Training.Calibration;

/// <summary>What thresholds give, summed over all images.</summary>
/// <param name="Agreed">Images that leave with the backbone's class.</param>
/// <param name="Cost">In a budget's unit.</param>
/// <param name="Macs">Of all that ran, over the backbone's.</param>
internal readonly record struct ThresholdTotal(int Agreed, double Cost, double Macs)
{
    private const double Rounding = 1e-9; // Sums over images in another order are not to the last bit the same.

    public bool HasFewerMacsThan(ThresholdTotal other) => Macs < other.Macs - (Rounding * other.Macs);

    public ThresholdTotal Moved(ThresholdTotal from, ThresholdTotal to) =>
        new(Agreed - from.Agreed + to.Agreed, Cost - from.Cost + to.Cost, Macs - from.Macs + to.Macs);
}
