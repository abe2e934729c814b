using Ptee.Shared.Weights;

namespace Ptee.Training.Progress;

/// <summary>Something that learns, whose weights a checkpoint can keep and give back.</summary>
public interface ILearner
{
    /// <summary>A copy of everything that learns.</summary>
    Dictionary<string, Weight> CopyWeights();

    /// <exception cref="Shared.PteeFormatException">The weights are of something else.</exception>
    void SetWeights(IReadOnlyDictionary<string, Weight> weights);
}
