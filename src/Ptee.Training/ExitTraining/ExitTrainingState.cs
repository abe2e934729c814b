using Ptee.Shared.Weights;

namespace Ptee.Training.ExitTraining;

/// <summary>How far training is, and the best it had.</summary>
/// <param name="Epochs">Epochs done.</param>
/// <param name="BestEpoch">From 1; 0 before the first.</param>
/// <param name="BestCost">What the held-out images say against it; the training says what that is. Lower is better.</param>
public sealed record ExitTrainingState(
    int Epochs, int BestEpoch, double BestCost, IReadOnlyDictionary<string, Weight> BestWeights)
{
    public static ExitTrainingState Start { get; } = new(0, 0, double.MaxValue, new Dictionary<string, Weight>());

    public ExitTrainingState After(int epochs, double cost, IReadOnlyDictionary<string, Weight> weights) =>
        cost < BestCost ? new ExitTrainingState(epochs, epochs, cost, weights) : this with { Epochs = epochs };
}
