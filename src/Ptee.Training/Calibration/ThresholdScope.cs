namespace Ptee.Training.Calibration;

/// <summary>What has a threshold of its own.</summary>
public enum ThresholdScope
{
    /// <summary>Nothing: all exits have the same, as in the paper.</summary>
    One,

    /// <summary>Each exit.</summary>
    Each,

    /// <summary>Each class that each exit may answer.</summary>
    Class,
}
