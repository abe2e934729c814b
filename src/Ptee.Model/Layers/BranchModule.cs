using Ptee.Shared.Architectures;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ptee.Model.Layers;

/// <summary>A branch's body and its two heads: (N, C, H, W) → logits (N, classes) and confidence logits (N).</summary>
/// <remarks>TorchSharp's own ModuleDict registers nothing when it is made of pairs (0.107), so parts are registered here.</remarks>
internal sealed class BranchModule : Module<Tensor, (Tensor Logits, Tensor Confidence)>
{
    private readonly Module<Tensor, Tensor> _body;
    private readonly Module<Tensor, Tensor> _classifier;
    private readonly Module<Tensor, Tensor> _confidence;

    public BranchModule(Branch branch)
        : base(nameof(BranchModule))
    {
        _body = LayerBuilder.Build(branch.Body);
        _classifier = LayerBuilder.Build(branch.Classifier);
        _confidence = LayerBuilder.Build(branch.Confidence);
        register_module("body", _body);
        register_module("classifier", _classifier);
        register_module("confidence", _confidence);
    }

    public override (Tensor Logits, Tensor Confidence) forward(Tensor features)
    {
        using var pooled = _body.call(features);
        using var confidence = _confidence.call(pooled);
        return (_classifier.call(pooled), confidence.squeeze(1));
    }
}
