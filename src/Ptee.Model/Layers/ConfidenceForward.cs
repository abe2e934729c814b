using Ptee.Shared.Architectures;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ptee.Model.Layers;

/// <summary>What each kind of confidence head computes around its weights: (N, W), (N, K) → (N, 1), before the sigmoid.</summary>
internal static class ConfidenceForward
{
    private static readonly Scalar SmallestDistance = 1e-12;

    /// <returns>A function of the head's module, the branch's vector and its class logits.</returns>
    public static Func<Module<Tensor, Tensor>, Tensor, Tensor, Tensor> Get(string kind) => kind switch
    {
        ConfidenceHeads.Linear => (head, vector, _) => head.call(vector),
        ConfidenceHeads.Sorted => Sorted,
        ConfidenceHeads.ClassMeans => ClassMeans,
        _ => throw new NotSupportedException($"no computation for confidence head {kind}"),
    };

    /// <summary>Sets the last layer of a head that is a correction to 0.</summary>
    public static void Initialize(string kind, Module<Tensor, Tensor> head)
    {
        if (kind == ConfidenceHeads.Sorted)
        {
            foreach (var (_, parameter) in head.named_parameters().Where(entry => entry.name.StartsWith("score", StringComparison.Ordinal)))
            {
                init.zeros_(parameter);
            }
        }
    }

    private static Tensor Sorted(Module<Tensor, Tensor> head, Tensor vector, Tensor logits)
    {
        using var scope = NewDisposeScope();
        // Detached: a branch must not become surer of itself by becoming a worse classifier.
        var falling = logits.detach().sort(dim: 1, descending: true).Values;
        var others = falling.narrow(1, 1, falling.shape[1] - 1).logsumexp(1, keepdim: true);
        var odds = falling.narrow(1, 0, 1) - others;
        var logProbabilities = falling - falling.logsumexp(1, keepdim: true);
        return odds.add(head.call(cat([vector.detach(), logProbabilities], 1)), Scalars.One).MoveToOuterDisposeScope();
    }

    /// <summary>The log-odds that softmax(−distance / mean distance) gives the answered class.</summary>
    private static Tensor ClassMeans(Module<Tensor, Tensor> head, Tensor vector, Tensor logits)
    {
        using var scope = NewDisposeScope();
        var distances = head.call(vector.detach());
        // The image's own mean distance as the unit: vectors of different branches have different lengths.
        var nearness = -distances / distances.mean([1], keepdim: true).clamp(min: SmallestDistance);
        var answered = logits.argmax(1, keepdim: true);
        var own = nearness.gather(1, answered);
        var others = nearness.scatter(1, answered, full_like(own, Scalars.NegativeInfinity)).logsumexp(1, keepdim: true);
        return (own - others).MoveToOuterDisposeScope();
    }
}
