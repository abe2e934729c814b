using Ptee.Model.Layers;
using Ptee.Model.Weights;
using Ptee.Shared.Architectures;
using Ptee.Shared.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ptee.Model;

/// <summary>An exit's branch with its weights. It only computes; a gate decides. Not thread-safe.</summary>
public sealed class BranchNetwork : IDisposable
{
    private readonly ModuleDict<Module<Tensor, Tensor>> _parts;

    /// <summary>A branch with new, random weights, in eval mode.</summary>
    public BranchNetwork(Branch branch)
    {
        Branch = branch;
        _parts = ModuleDict(
            ("body", LayerBuilder.Build(branch.Body)),
            ("classifier", LayerBuilder.Build(branch.Classifier)),
            ("confidence", LayerBuilder.Build(branch.Confidence)));
        _parts.eval();
    }

    public Branch Branch { get; }

    public IEnumerable<Parameter> Parameters => _parts.parameters();

    /// <param name="features">(N, C, H, W) of the cut; the caller keeps it.</param>
    /// <returns>Logits (N, classes), and confidence logits (N), before softmax and sigmoid; the caller disposes of both.</returns>
    public (Tensor Logits, Tensor Confidence) Run(Tensor features)
    {
        using var pooled = _parts["body"].call(features);
        using var confidence = _parts["confidence"].call(pooled);
        return (_parts["classifier"].call(pooled), confidence.squeeze(1));
    }

    public void SetTraining(bool training) => _parts.train(training);

    public Dictionary<string, Weight> CopyWeights() => new(ModuleWeights.Copy(_parts), StringComparer.Ordinal);

    /// <exception cref="Shared.PteeFormatException">A key is missing, left over, or of another shape.</exception>
    public void SetWeights(IReadOnlyDictionary<string, Weight> weights, string what) =>
        ModuleWeights.Load([_parts], weights, what);

    public void Dispose() => _parts.Dispose();
}
