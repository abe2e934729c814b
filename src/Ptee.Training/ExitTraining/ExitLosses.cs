using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Exits;
using Ptee.Training.Placement;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ptee.Training.ExitTraining;

/// <summary>The losses of a frozen backbone, by name. Labels are always the backbone's own arg-max or its soft output.</summary>
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

    /// <summary>Only the confidence heads, of branches that are trained: <see cref="SortedHeadFitter"/>. No epochs.</summary>
    public const string Heads = "heads";

    private const double Temperature = 2;
    private const double UsualDistillation = 0.5;

    public static IEnumerable<string> Names => [Heads, Independent, Outermost, Paper, Sequential];

    /// <summary>The loss that <paramref name="options"/> name.</summary>
    /// <exception cref="PteeFormatException">No loss has that name.</exception>
    public static ExitLoss Get(ExitTrainingOptions options) => options.Loss switch
    {
        Paper => batch => Cascade(batch, options.Lambda, options.Soft ?? 0, onlyFirst: false),
        Outermost => batch => Cascade(batch, options.Lambda, options.Soft ?? 0, onlyFirst: true),
        Independent or Sequential or Heads => batch => Each(batch, options.Soft ?? UsualDistillation),
        _ => throw new PteeFormatException($"unknown loss '{options.Loss}'; known: {string.Join(", ", Names)}"),
    };

    /// <summary>Whether the loss can train the plan's confidence heads.</summary>
    /// <exception cref="PteeFormatException">It cannot: the message says what would do.</exception>
    public static void Require(string loss, PlacementPlan plan)
    {
        if (loss is Paper or Outermost)
        {
            LearningHeads.Require(plan, loss, $"{Independent} or {Sequential}");
        }

        if (loss == Heads && plan.Exits.All(exit => exit.Confidence != ConfidenceHeads.Sorted))
        {
            throw new PteeFormatException(
                $"loss {loss} trains {ConfidenceHeads.Sorted} heads, and the exits have {plan.Exits[0].Confidence}; expected exits that were placed with --confidence {ConfidenceHeads.Sorted}");
        }
    }

    /// <summary>The gates that may judge an epoch: the one that a cascade's loss trains, or any where the loss favours none.</summary>
    internal static IEnumerable<string> GatesOf(string loss) => loss is Paper or Outermost ? [Gates.Confidence] : Gates.Names;

    /// <summary>Equation 4: Σ over branches of the mixture's cross-entropy + λ · its mean expected cost.</summary>
    /// <remarks>Source: PTEENet, arXiv:2501.02508, equation 4.</remarks>
    private static Tensor Cascade(ExitBatch batch, double lambda, double soft, bool onlyFirst)
    {
        var labels = batch.BackboneLogits.argmax(1, keepdim: true);
        var backbone = batch.BackboneLogits.softmax(1);
        var loss = zeros([]);
        foreach (var (branch, logs, cost) in SoftCascade.Terms(batch))
        {
            if (onlyFirst && branch > 0)
            {
                continue;
            }

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
