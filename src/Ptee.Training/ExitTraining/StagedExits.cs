using Ptee.Model;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Profiling;
using Ptee.Shared.Weights;
using Ptee.Training.Folders;
using Ptee.Training.Placement;
using Ptee.Training.Progress;
using static TorchSharp.torch;

namespace Ptee.Training.ExitTraining;

/// <summary>A frozen backbone with the branches of a plan: what training and calibration run. Not thread-safe.</summary>
public sealed class StagedExits : ILearner, IDisposable
{
    private readonly BackboneNetwork _backbone;

    /// <param name="backbone">With its weights; frozen here, and this object disposes of it.</param>
    public StagedExits(BackboneNetwork backbone, PlacementPlan plan)
    {
        _backbone = backbone.Freeze();
        Folded = backbone.Fold();
        Plan = plan;
        Branches = [.. plan.Exits.Select(exit => new BranchNetwork(exit.BranchOn(backbone.Backbone)))];
        var profile = BackboneProfile.Of(backbone.Backbone);
        BackboneMacs = profile.Macs;
        TrunkMacs = [.. plan.Exits.Select(exit => profile.TrunkMacs(exit.Block))];
    }

    public PlacementPlan Plan { get; }

    public Backbone Backbone => _backbone.Backbone;

    public BackboneNetwork Network => _backbone;

    /// <summary>What runs: <see cref="Network"/> with its batch norms folded.</summary>
    public BackboneNetwork Folded { get; }

    public IReadOnlyList<BranchNetwork> Branches { get; }

    public long BackboneMacs { get; }

    /// <summary>Macs of the blocks up to each cut.</summary>
    public IReadOnlyList<long> TrunkMacs { get; }

    /// <summary>c_n of the paper: trunk and this branch over the backbone; 1 for the backbone's own exit.</summary>
    public IReadOnlyList<double> PaperCosts =>
        [.. TrunkMacs.Select((trunk, i) => (double)(trunk + Branches[i].Branch.Macs) / BackboneMacs), 1.0];

    /// <summary>Everything that runs for an image that leaves at each exit, over the backbone.</summary>
    public IReadOnlyList<double> AllInCosts
    {
        get
        {
            var branches = 0L;
            var costs = new List<double>();
            for (var i = 0; i < Branches.Count; i++)
            {
                branches += Branches[i].Branch.Macs;
                costs.Add((double)(TrunkMacs[i] + branches) / BackboneMacs);
            }

            costs.Add((double)(BackboneMacs + branches) / BackboneMacs);
            return costs;
        }
    }

    /// <summary>The exits and the backbone that they sit on, as text: what a checkpoint of their weights belongs to.</summary>
    public string Identity =>
        $"{Plan.Describe(Backbone)} of {Backbone.Architecture.Name} {ModelFolder.Fingerprint(_backbone.CopyWeights())}";

    /// <summary>Runs the frozen backbone without gradient.</summary>
    /// <param name="x">(N, 3, H, W).</param>
    /// <returns>The feature tensor at each cut, and the logits; the caller's dispose scope owns them.</returns>
    public (IReadOnlyList<Tensor> Features, Tensor Logits) RunBackbone(Tensor x)
    {
        using var noGrad = no_grad();
        var features = new List<Tensor>();
        var first = 0;
        var y = x;
        foreach (var exit in Plan.Exits)
        {
            y = Folded.Run(y, first..(exit.Block + 1));
            features.Add(y);
            first = exit.Block + 1;
        }

        return (features, Folded.Run(y, first..));
    }

    public void SetTraining(bool training)
    {
        foreach (var branch in Branches)
        {
            branch.SetTraining(training); // Never the backbone: its batch norms would move.
        }
    }

    /// <summary>Train mode for some branches, eval mode for the others.</summary>
    public void SetTraining(IReadOnlyCollection<int> branches)
    {
        for (var i = 0; i < Branches.Count; i++)
        {
            Branches[i].SetTraining(branches.Contains(i));
        }
    }

    /// <summary>Weights of all branches in one set: <c>exits.0.classifier.weight</c> and so on.</summary>
    public Dictionary<string, Weight> CopyWeights() => CopyWeights(Enumerable.Range(0, Branches.Count));

    /// <summary>Weights of some branches, numbered anew from 0.</summary>
    public Dictionary<string, Weight> CopyWeights(IEnumerable<int> exits) => ExitWeights.Copy(exits.Select(exit => Branches[exit]));

    /// <exception cref="PteeFormatException">The weights are not those of this plan.</exception>
    public void SetWeights(IReadOnlyDictionary<string, Weight> weights) => ExitWeights.Set(Branches, Backbone, Plan, weights);

    /// <summary>Backbone, plan and trained branches of a model's folder. The caller disposes.</summary>
    /// <exception cref="PteeFormatException">One of them is missing or damaged, or they do not fit together.</exception>
    public static StagedExits Open(ModelFolder folder)
    {
        var plan = folder.ReadPlacement();
        folder.RequireExits();
        var weights = ModelFolder.ReadWeights(folder.ExitWeights);
        var staged = new StagedExits(folder.ReadBackbone(), plan);
        try
        {
            staged.SetWeights(weights);
            return staged;
        }
        catch (PteeFormatException exception)
        {
            staged.Dispose();
            throw new PteeFormatException($"{folder.ExitWeights}: {exception.Message}", exception);
        }
    }

    public void Dispose()
    {
        _backbone.Dispose();
        Folded.Dispose();
        foreach (var branch in Branches)
        {
            branch.Dispose();
        }
    }
}
