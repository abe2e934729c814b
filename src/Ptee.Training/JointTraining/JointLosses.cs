using Ptee.Shared;
using Ptee.Shared.Exits;
using Ptee.Training.ExitTraining;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ptee.Training.JointTraining;

/// <summary>The losses that do not freeze the backbone, by name. Labels are the images' own.</summary>
public static class JointLosses
{
    /// <summary>All exits' cross-entropies alike, the backbone's own among them, and heads that learn whether their exit is right.</summary>
    public const string Joint = "joint";

    /// <summary>BranchyNet's weighted sum of cross-entropies. It knows no confidence heads: they stay as they are.</summary>
    public const string Branchynet = "branchynet";

    /// <summary>EENet's: equation 4 with the true class, the backbone's own exit among the terms.</summary>
    public const string Eenet = "eenet";

    // BranchyNet's paper (arXiv:1709.01686) found early exits at 1.0 and the last at 0.3 better than all alike. Its published
    // code weighs all alike, which is the loss above.
    private const double EarlyWeight = 1.0;
    private const double FinalWeight = 0.3;

    public static IEnumerable<string> Names => [Branchynet, Eenet, Joint];

    /// <summary>The loss that <paramref name="options"/> name.</summary>
    /// <exception cref="PteeFormatException">No loss has that name.</exception>
    public static JointLoss Get(JointTrainingOptions options) => options.Loss switch
    {
        Joint => (batch, labels) => WeightedSum(batch, labels, finalWeight: 1) + Confidences(batch, labels),
        Branchynet => (batch, labels) => WeightedSum(batch, labels, FinalWeight),
        Eenet => (batch, labels) => Cascade(batch, labels, options.Lambda),
        _ => throw Unknown(options.Loss),
    };

    /// <summary>The gates that the loss is made for.</summary>
    /// <exception cref="PteeFormatException">No loss has that name.</exception>
    public static IEnumerable<string> GatesOf(string loss) => loss switch
    {
        Joint => Gates.Names,
        Branchynet => [Gates.Entropy],
        Eenet => [Gates.Confidence],
        _ => throw Unknown(loss),
    };

    private static PteeFormatException Unknown(string loss) => new($"unknown loss '{loss}'; known: {string.Join(", ", Names)}");

    private static Tensor WeightedSum(ExitBatch batch, Tensor labels, double finalWeight) => batch.Logits.Aggregate(
        finalWeight * functional.cross_entropy(batch.BackboneLogits, labels),
        (sum, logits) => sum + (EarlyWeight * functional.cross_entropy(logits, labels)));

    /// <summary>Each head learns whether its exit's class is the true one.</summary>
    private static Tensor Confidences(ExitBatch batch, Tensor labels) => batch.Logits.Zip(batch.Confidences).Aggregate(
        zeros([]),
        (sum, exit) => sum + functional.binary_cross_entropy_with_logits(
            exit.Second, exit.First.argmax(1).eq(labels).to_type(ScalarType.Float32)));

    /// <summary>Σ over all exits of the mixture's cross-entropy + λ · its mean expected cost.</summary>
    /// <remarks>
    /// Source: EENet (Demir 2019; Demir and Akbas, arXiv:2409.05336), the published code's v2. The backbone's own term, a
    /// constant where it is frozen and left out of equation 4 there, is in the sum: without it a backbone whose exits are
    /// sure would learn nothing.
    /// </remarks>
    private static Tensor Cascade(ExitBatch batch, Tensor labels, double lambda)
    {
        var own = functional.cross_entropy(batch.BackboneLogits, labels) + (lambda * batch.Costs[^1]);
        var trueClass = labels.unsqueeze(1);
        return SoftCascade.Terms(batch).Aggregate(
            own, (sum, term) => sum - term.LogMixture.gather(1, trueClass).mean() + (lambda * term.Cost.mean()));
    }
}
