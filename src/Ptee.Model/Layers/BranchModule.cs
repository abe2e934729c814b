using Ptee.Shared.Architectures;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ptee.Model.Layers;

/// <summary>A branch's body and its two heads: (N, C, H, W) → logits (N, classes) and confidence logits (N).</summary>
/// <remarks>TorchSharp's own ModuleDict registers nothing when it is made of pairs (0.107), so parts are registered here.</remarks>
internal sealed class BranchModule : Module<Tensor, (Tensor Logits, Tensor Confidence)>
{
    /// <summary>What the keys of the body's weights begin with.</summary>
    public const string Body = "body.";

    /// <summary>What the keys of the confidence head's weights begin with.</summary>
    public const string ConfidenceHead = "confidence.";

    // An array, because TorchSharp registers a field that is a module a second time, under the field's name (0.107).
    private readonly Module<Tensor, Tensor>[] _parts;
    private readonly Func<Module<Tensor, Tensor>, Tensor, Tensor, Tensor> _confidence;

    public BranchModule(Branch branch)
        : base(nameof(BranchModule))
    {
        (string Name, Layer Layer)[] parts =
            [(Body.TrimEnd('.'), branch.Body), ("classifier", branch.Classifier), (ConfidenceHead.TrimEnd('.'), branch.Confidence)];
        _parts = [.. parts.Select(part => LayerBuilder.Build(part.Layer))];
        foreach (var (part, module) in parts.Zip(_parts))
        {
            register_module(part.Name, module);
        }

        _confidence = ConfidenceForward.Get(branch.ConfidenceKind);
        ConfidenceForward.Initialize(branch.ConfidenceKind, _parts[2]);
    }

    public override (Tensor Logits, Tensor Confidence) forward(Tensor features)
    {
        using var vector = _parts[0].call(features);
        var logits = Classify(vector);
        return (logits, Confidence(vector, logits));
    }

    /// <summary>What both heads see: (N, Width).</summary>
    public Tensor Vector(Tensor features) => _parts[0].call(features);

    public Tensor Classify(Tensor vector) => _parts[1].call(vector);

    /// <returns>(N), before the sigmoid.</returns>
    public Tensor Confidence(Tensor vector, Tensor logits)
    {
        using var confidence = _confidence(_parts[2], vector, logits);
        return confidence.squeeze(1);
    }
}
