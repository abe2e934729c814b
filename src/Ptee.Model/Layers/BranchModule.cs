using Ptee.Shared.Architectures;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ptee.Model.Layers;

/// <summary>A branch's body and its two heads: (N, C, H, W) → logits (N, classes) and confidence logits (N).</summary>
/// <remarks>TorchSharp's own ModuleDict registers nothing when it is made of pairs (0.107), so parts are registered here.</remarks>
internal sealed class BranchModule : Module<Tensor, (Tensor Logits, Tensor Confidence)>
{
    // An array, because TorchSharp registers a field that is a module a second time, under the field's name (0.107).
    private readonly Module<Tensor, Tensor>[] _parts;

    public BranchModule(Branch branch)
        : base(nameof(BranchModule))
    {
        (string Name, Layer Layer)[] parts =
            [("body", branch.Body), ("classifier", branch.Classifier), ("confidence", branch.Confidence)];
        _parts = [.. parts.Select(part => LayerBuilder.Build(part.Layer))];
        foreach (var (part, module) in parts.Zip(_parts))
        {
            register_module(part.Name, module);
        }
    }

    public override (Tensor Logits, Tensor Confidence) forward(Tensor features)
    {
        using var pooled = _parts[0].call(features);
        using var confidence = _parts[2].call(pooled);
        return (_parts[1].call(pooled), confidence.squeeze(1));
    }
}
