namespace Ptee.Training.JointTraining;

/// <summary>How a backbone and its exits are trained together, with the images' labels.</summary>
/// <remarks>
/// SGD with Nesterov momentum on one cycle, as for a backbone by itself. BranchyNet and EENet were published with Adam, by
/// which CIFAR networks end some points lower; all losses get the better recipe, so that only the losses are compared. A
/// sum of cross-entropies over many exits wants a lower peak than one cross-entropy: 0.1 as MSDNet, which has such a sum
/// (Huang et al. 2018, arXiv:1703.09844).
/// </remarks>
public sealed record JointTrainingOptions
{
    /// <summary>A name from <see cref="JointLosses.Names"/>.</summary>
    public string Loss { get; init; } = JointLosses.Joint;

    /// <summary>λ of equation 4: what cost weighs against accuracy. Only <see cref="JointLosses.Eenet"/> uses it.</summary>
    public double Lambda { get; init; } = 0.9;

    /// <summary>Whether the backbone begins with new weights.</summary>
    public bool FromScratch { get; init; }

    /// <summary>Passes over the training images.</summary>
    public int Epochs { get; init; } = 20;

    public int BatchSize { get; init; } = 128;

    /// <summary>The learning rate's peak, after the first fifth of the steps.</summary>
    public double PeakRate { get; init; } = UsualPeakRate(fromScratch: false);

    public double Momentum { get; init; } = 0.9;

    public double WeightDecay { get; init; } = 5e-4;

    public int Seed { get; init; } = 1;

    /// <summary>Half as much for a backbone that knows something already: enough for new exits, and it keeps what it knows.</summary>
    public static double UsualPeakRate(bool fromScratch) => fromScratch ? 0.1 : 0.05;
}
