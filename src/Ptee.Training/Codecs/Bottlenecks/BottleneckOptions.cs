namespace Ptee.Training.Codecs.Bottlenecks;

/// <summary>How a bottleneck is trained for one cut. No labels are used.</summary>
public sealed record BottleneckOptions
{
    /// <summary>The latent's channels.</summary>
    public int Channels { get; init; } = 32;

    /// <summary>Quantization steps of the rates that it is trained for, all at once; from the finest.</summary>
    public double[] Steps { get; init; } = [1.5, 2.5, 4];

    /// <summary>Pictures whose features it is trained on: such as no exit up to the cut was sure of.</summary>
    public int Pictures { get; init; } = 20_000;

    /// <summary>Share of the pictures that are blended with others: <see cref="Batches.Augmenter.Mix"/>.</summary>
    public double Mixup { get; init; } = 0.3;

    public int Epochs { get; init; } = 10;

    public int BatchSize { get; init; } = 16;

    /// <summary>Adam's rate at the first step; it falls as a cosine to nothing.</summary>
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>What the features' squared error weighs, over their square sum.</summary>
    public double DistortionWeight { get; init; } = 3;

    /// <summary>What it weighs that the rest of the backbone answers differently (Kullback-Leibler, nats).</summary>
    public double DistillationWeight { get; init; } = 0.3;

    /// <summary>Share of the run before distillation counts: what comes first learns to keep the features, for half the time a step.</summary>
    public double DistillationFrom { get; init; } = 0.5;

    /// <summary>What a byte of an image's code weighs.</summary>
    public double ByteWeight { get; init; } = 0.0004;

    /// <summary>
    /// Share of changed and blended held-out pictures whose agreement with the backbone a rate may cost, and be the one that is used
    /// unless another codec is asked for. Accuracy loses much less: many answers that change were wrong before.
    /// </summary>
    public double Tolerance { get; init; } = 0.03;

    public int Seed { get; init; } = 1;

    public override string ToString() => FormattableString.Invariant(
        $"bottleneck of {Channels} channels, steps {string.Join(' ', Steps)}, {Epochs} epochs of {Pictures} pictures, mixup {Mixup}, batch {BatchSize}, learning rate {LearningRate}, loss {DistortionWeight} distortion + {DistillationWeight} distillation (from {DistillationFrom}) + {ByteWeight} bytes, seed {Seed}");
}
