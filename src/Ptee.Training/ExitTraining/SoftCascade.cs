using static TorchSharp.torch;

namespace Ptee.Training.ExitTraining;

/// <summary>Equations 2 and 3: what the cascade answers from an exit on, and what it is expected to cost.</summary>
/// <remarks>
/// Equation 2: Y_N = y_N; Y_n = h_n y_n + (1 − h_n) Y_{n+1}.
/// Equation 3: C_N = 1; C_n = h_n c_n + (1 − h_n) C_{n+1}. The paper prints c_{n+1}; its code has the recursion on C.
/// Source: PTEENet, arXiv:2501.02508, equations 2 and 3; both are EENet's.
/// </remarks>
internal static class SoftCascade
{
    private const double SmallestProbability = 1e-7; // log(0) would end the training.

    /// <returns>For each branch, deepest first: its index n, log Y_n (N, K), and C_n (N).</returns>
    public static IEnumerable<(int Branch, Tensor LogMixture, Tensor Cost)> Terms(ExitBatch batch)
    {
        var mixture = batch.BackboneLogits.softmax(1);
        var cost = ones(batch.BackboneLogits.shape[0]);
        for (var n = batch.Logits.Count - 1; n >= 0; n--)
        {
            var h = batch.Confidences[n].sigmoid();
            mixture = (h.unsqueeze(1) * batch.Logits[n].softmax(1)) + ((1 - h).unsqueeze(1) * mixture);
            cost = (h * batch.Costs[n]) + ((1 - h) * cost);
            yield return (n, mixture.clamp(min: SmallestProbability).log(), cost);
        }
    }
}
