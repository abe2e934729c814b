using Ptee.Model.Layers;
using Ptee.Model.Weights;
using Ptee.Shared.Architectures;
using Ptee.Shared.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ptee.Model;

/// <summary>An exit's branch with its weights. It only computes; a gate decides. Not thread-safe.</summary>
public sealed class BranchNetwork : IDisposable
{
    private readonly BranchModule _module;

    /// <summary>A branch with new, random weights, in eval mode.</summary>
    public BranchNetwork(Branch branch)
    {
        Branch = branch;
        _module = new BranchModule(branch);
        _module.eval();
    }

    public Branch Branch { get; }

    public IEnumerable<Parameter> Parameters => _module.parameters();

    /// <summary>Those of <see cref="Parameters"/> that only the confidence depends on.</summary>
    public IEnumerable<Parameter> ConfidenceParameters => _module.named_parameters()
        .Where(entry => entry.name.StartsWith(BranchModule.ConfidenceHead, StringComparison.Ordinal))
        .Select(entry => entry.parameter);

    /// <param name="features">(N, C, H, W) of the cut; the caller keeps it.</param>
    /// <returns>Logits (N, classes), and confidence logits (N), before softmax and sigmoid; the caller disposes of both.</returns>
    public (Tensor Logits, Tensor Confidence) Run(Tensor features) => _module.call(features);

    /// <summary>What both heads see.</summary>
    /// <returns>(N, Width); the caller disposes of it.</returns>
    public Tensor Vector(Tensor features) => _module.Vector(features);

    /// <param name="vector">As <see cref="Vector"/> gives it.</param>
    /// <returns>Logits (N, classes); the caller disposes of them.</returns>
    public Tensor Classify(Tensor vector) => _module.Classify(vector);

    /// <param name="vector">As <see cref="Vector"/> gives it.</param>
    /// <param name="logits">As <see cref="Classify"/> gives them.</param>
    /// <returns>Confidence logits (N); the caller disposes of them.</returns>
    public Tensor Confidence(Tensor vector, Tensor logits) => _module.Confidence(vector, logits);

    public void SetTraining(bool training) => _module.train(training);

    /// <summary>A branch in eval mode that computes the same with fewer passes: see <see cref="BatchNormFolding"/>. The caller
    /// disposes of it; this one stays as it is.</summary>
    public BranchNetwork Fold()
    {
        var weights = CopyWeights();
        var (body, folded) = BatchNormFolding.Fold(Branch.Body, BranchModule.Body, weights);
        foreach (var (key, weight) in weights.Where(entry => !entry.Key.StartsWith(BranchModule.Body, StringComparison.Ordinal)))
        {
            folded[key] = weight;
        }

        var branch = new BranchNetwork(Branch with { Body = body });
        branch.SetWeights(folded, Branch.Kind);
        return branch;
    }

    /// <summary>Moves the weights to a device; what it runs on has to be there too.</summary>
    /// <returns>The same network.</returns>
    public BranchNetwork To(Device device)
    {
        _module.to(device);
        return this;
    }

    public Dictionary<string, Weight> CopyWeights() => new(ModuleWeights.Copy(_module), StringComparer.Ordinal);

    /// <exception cref="Shared.PteeFormatException">A key is missing, left over, or of another shape.</exception>
    public void SetWeights(IReadOnlyDictionary<string, Weight> weights, string what) =>
        ModuleWeights.Load([_module], weights, what);

    public void Dispose() => _module.Dispose();
}
