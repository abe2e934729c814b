namespace Ptee.Training.ExitTraining;

/// <summary>How branches are trained on a frozen backbone. No labels are used anywhere.</summary>
public sealed record ExitTrainingOptions
{
    /// <summary>A name from <see cref="ExitLosses.Names"/>.</summary>
    public string Loss { get; init; } = ExitLosses.Paper;

    /// <summary>λ of equation 4: what cost weighs against agreement. Only the cascade's losses use it.</summary>
    public double Lambda { get; init; } = 0.9;

    /// <summary>
    /// From 0 (learn the backbone's arg-max) to 1 (learn its soft output). Null: what is usual for the loss, 0 for the
    /// cascade's and 0.5 for the others.
    /// </summary>
    public double? Soft { get; init; }

    /// <summary>Share of a batch's pictures that are blended with others of it: <see cref="Batches.Augmenter.Mix"/>.</summary>
    public double Mixup { get; init; }

    /// <summary>Passes over the training images; for the sequential training, passes for each exit.</summary>
    public int Epochs { get; init; } = 20;

    public int BatchSize { get; init; } = 128;

    /// <summary>Adam's rate at the first step; it falls in a straight line to a twentieth of it.</summary>
    public double Rate { get; init; } = 2e-3;

    public int Seed { get; init; } = 1;
}
