namespace Ptee.Training.BackboneTraining;

/// <summary>How a backbone is trained with labels: SGD with Nesterov momentum and a one-cycle schedule.</summary>
public sealed record BackboneTrainingOptions
{
    /// <summary>Passes over the training images. 1 to 1,000; 36 unless set.</summary>
    public int Epochs { get; init; } = 36;

    /// <summary>The first epochs see smaller crops, which cost less.</summary>
    public int SmallEpochs { get; init; } = 14;

    /// <summary>Rows and columns of those crops.</summary>
    public int SmallCrop { get; init; } = 24;

    public int BatchSize { get; init; } = 128;

    /// <summary>The learning rate's peak, after the first fifth of the steps.</summary>
    public double PeakRate { get; init; } = 0.2;

    public double Momentum { get; init; } = 0.9;

    public double WeightDecay { get; init; } = 5e-4;

    public int Seed { get; init; } = 1;

    /// <summary>Fingerprint of the weights that it begins with; null for random ones. Only says so: a checkpoint belongs to them.</summary>
    public string? From { get; init; }
}
