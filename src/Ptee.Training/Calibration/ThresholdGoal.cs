namespace Ptee.Training.Calibration;

/// <summary>What thresholds are searched for.</summary>
internal abstract record ThresholdGoal
{
    public abstract bool Allows(ThresholdTotal total);

    public abstract bool IsBetter(ThresholdTotal total, ThresholdTotal than);

    /// <summary>The most images that agree with the backbone; the fewer macs decide where they are as many.</summary>
    /// <param name="Limit">Of the sum of costs over all images.</param>
    public sealed record MostAgreed(double Limit) : ThresholdGoal
    {
        public override bool Allows(ThresholdTotal total) => total.Cost <= Limit;

        public override bool IsBetter(ThresholdTotal total, ThresholdTotal than) =>
            total.Agreed > than.Agreed || (total.Agreed == than.Agreed && total.HasFewerMacsThan(than));
    }

    /// <summary>The fewest macs.</summary>
    /// <param name="Agreement">The least share of images that agree with the backbone.</param>
    public sealed record FewestMacs(double Agreement, int Images) : ThresholdGoal
    {
        public override bool Allows(ThresholdTotal total) => (double)total.Agreed / Images >= Agreement;

        public override bool IsBetter(ThresholdTotal total, ThresholdTotal than) => total.HasFewerMacsThan(than);
    }
}
