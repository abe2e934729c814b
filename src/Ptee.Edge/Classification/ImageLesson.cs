using Ptee.Shared.Adaptation;
using Ptee.Shared.Inference;

namespace Ptee.Edge.Classification;

/// <summary>What exits say of one image, kept until its answer is there and the bandit can learn from it.</summary>
internal sealed class ImageLesson(ThresholdBandit bandit, int arm)
{
    private readonly List<ExitAnswer> _judged = [];

    public void Add(ExitAnswer answer) => _judged.Add(answer);

    public void Learn() => bandit.Learn(arm, _judged);

    /// <param name="answer">Of the server.</param>
    public void Learn(ExitAnswer answer)
    {
        Add(answer);
        Learn();
    }
}
