using Ptee.Shared;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ptee.Training.ExitTraining;

/// <summary>The losses there are, by name. Labels are always the backbone's own arg-max or its soft output.</summary>
public static class ExitLosses
{
    /// <summary>Equation 4: one term for each branch, of the cascade from there on.</summary>
    public const string Paper = "paper";

    /// <summary>Equation 4's term of the first branch only; the published code's v1.</summary>
    public const string Outermost = "outermost";

    /// <summary>Each branch by itself, all at once.</summary>
    public const string Independent = "independent";

    /// <summary>Each branch by itself, one after the other, on what the exits before it do not answer.</summary>
    public const string Sequential = "sequential";

    private const double SmallestProbability = 1e-7; // log(0) would end the training.
    private const double Temperature = 2;
    private const double UsualDistillation = 0.5;

    public static IEnumerable<string> Names => [Independent, Outermost, Paper, Sequential];

    /// <summary>The loss that <paramref name="options"/> name.</summary>
    /// <exception cref="PteeFormatException">No loss has that name.</exception>
    public static ExitLoss Get(ExitTrainingOptions options) => options.Loss switch
    {
        Paper => batch => SoftCascade(batch, options.Lambda, options.Soft ?? 0, onlyFirst: false),
        Outermost => batch => SoftCascade(batch, options.Lambda, options.Soft ?? 0, onlyFirst: true),
        Independent or Sequential => batch => Each(batch, options.Soft ?? UsualDistillation),
        _ => throw new PteeFormatException($"unknown loss '{options.Loss}'; known: {string.Join(", ", Names)}"),
    };

    /// <summary>Equation 4: Σ over branches of the mixture's cross-entropy + λ · its mean expected cost.</summary>
    /// <remarks>
    /// Equation 2: Y_N = y_N; Y_n = h_n y_n + (1 − h_n) Y_{n+1}.
    /// Equation 3: C_N = 1; C_n = h_n c_n + (1 − h_n) C_{n+1}. The paper prints c_{n+1}; its code has the recursion on C.
    /// Source: PTEENet, arXiv:2501.02508, equations 2 to 4.
    /// </remarks>
    private static Tensor SoftCascade(ExitBatch batch, double lambda, double soft, bool onlyFirst)
    {
        var labels = batch.BackboneLogits.argmax(1, keepdim: true);
        var backbone = batch.BackboneLogits.softmax(1);
        var mixture = backbone;
        var cost = ones(batch.BackboneLogits.shape[0]);
        var loss = zeros([]);
        for (var n = batch.Logits.Count - 1; n >= 0; n--)
        {
            var h = batch.Confidences[n].sigmoid();
            mixture = (h.unsqueeze(1) * batch.Logits[n].softmax(1)) + ((1 - h).unsqueeze(1) * mixture);
            cost = (h * batch.Costs[n]) + ((1 - h) * cost);
            if (onlyFirst && n > 0)
            {
                continue;
            }

            var logs = mixture.clamp(min: SmallestProbability).log();
            var hard = logs.gather(1, labels).mean();
            var likelihood = soft > 0 ? ((1 - soft) * hard) + (soft * (backbone * logs).sum(1).mean()) : hard;
            loss = loss - likelihood + (lambda * cost.mean());
        }

        return loss;
    }

    /// <summary>
    /// Each branch by itself: cross-entropy to the backbone's arg-max mixed with distillation from its soft output, and
    /// the confidence head learns whether the branch agrees with the backbone.
    /// </summary>
    /// <remarks>Distillation: Hinton et al. 2015, arXiv:1503.02531 (temperature 2, scaled by its square).</remarks>
    private static Tensor Each(ExitBatch batch, double soft)
    {
        var labels = batch.BackboneLogits.argmax(1);
        var softened = (batch.BackboneLogits / Temperature).softmax(1);
        var loss = zeros([]);
        for (var n = 0; n < batch.Logits.Count; n++)
        {
            var hard = functional.cross_entropy(batch.Logits[n], labels);
            var distilled = functional.cross_entropy(batch.Logits[n] / Temperature, softened) * (Temperature * Temperature);
            var agrees = batch.Logits[n].argmax(1).eq(labels).to_type(ScalarType.Float32);
            var confidence = functional.binary_cross_entropy_with_logits(batch.Confidences[n], agrees);
            loss = loss + ((1 - soft) * hard) + (soft * distilled) + confidence;
        }

        return loss;
    }
}
