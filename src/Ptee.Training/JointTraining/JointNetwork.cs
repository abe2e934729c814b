using Ptee.Model;
using Ptee.Shared.Weights;
using Ptee.Training.ExitTraining;
using Ptee.Training.Placement;
using Ptee.Training.Progress;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ptee.Training.JointTraining;

/// <summary>A backbone and its branches that learn together. Not thread-safe.</summary>
internal sealed class JointNetwork : ILearner, IDisposable
{
    private const string BackboneKey = "backbone.";
    private readonly BackboneNetwork _backbone;
    private readonly List<BranchNetwork> _branches;
    private readonly PlacementPlan _plan;
    private readonly IReadOnlyList<double> _costs;

    /// <summary>A copy of what <paramref name="start"/> has, which stays frozen and as it is.</summary>
    public JointNetwork(StagedExits start)
    {
        _plan = start.Plan;
        _costs = start.PaperCosts;
        _backbone = new BackboneNetwork(start.Backbone);
        _branches = [.. start.Branches.Select(branch => new BranchNetwork(branch.Branch))];
        _backbone.SetWeights(start.Network.CopyWeights());
        ExitWeights.Set(_branches, _backbone.Backbone, _plan, start.CopyWeights());
    }

    public IEnumerable<Parameter> Parameters => _backbone.Parameters.Concat(_branches.SelectMany(branch => branch.Parameters));

    /// <summary>All exits, with gradient.</summary>
    /// <param name="x">(N, 3, H, W).</param>
    /// <returns>Its tensors belong to the caller's dispose scope.</returns>
    public ExitBatch Run(Tensor x)
    {
        var (logits, confidences) = (new List<Tensor>(), new List<Tensor>());
        var (y, first) = (x, 0);
        foreach (var (exit, branch) in _plan.Exits.Zip(_branches))
        {
            y = _backbone.Run(y, first..(exit.Block + 1));
            first = exit.Block + 1;
            var (classes, confidence) = branch.Run(y);
            logits.Add(classes);
            confidences.Add(confidence);
        }

        return new ExitBatch(_backbone.Run(y, first..), logits, confidences, _costs);
    }

    public void SetTraining(bool training)
    {
        _backbone.SetTraining(training);
        _branches.ForEach(branch => branch.SetTraining(training));
    }

    /// <summary>A frozen copy of what there is now. The caller disposes of it.</summary>
    public StagedExits Frozen()
    {
        var backbone = new BackboneNetwork(_backbone.Backbone);
        backbone.SetWeights(_backbone.CopyWeights());
        var exits = new StagedExits(backbone, _plan);
        exits.SetWeights(ExitWeights.Copy(_branches));
        return exits;
    }

    /// <summary>The backbone's as <c>backbone.…</c>, the branches' as <c>exits.0.…</c>.</summary>
    public Dictionary<string, Weight> CopyWeights() => _backbone.CopyWeights()
        .Select(entry => KeyValuePair.Create(BackboneKey + entry.Key, entry.Value))
        .Concat(ExitWeights.Copy(_branches))
        .ToDictionary(StringComparer.Ordinal);

    public void SetWeights(IReadOnlyDictionary<string, Weight> weights)
    {
        _backbone.SetWeights(weights
            .Where(entry => entry.Key.StartsWith(BackboneKey, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[BackboneKey.Length..], entry => entry.Value, StringComparer.Ordinal));
        ExitWeights.Set(_branches, _backbone.Backbone, _plan, weights);
    }

    public void Dispose()
    {
        _backbone.Dispose();
        _branches.ForEach(branch => branch.Dispose());
    }
}
