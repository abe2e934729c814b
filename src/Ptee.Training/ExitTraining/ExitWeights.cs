using Ptee.Model;
using Ptee.Shared.Architectures;
using Ptee.Shared.Weights;
using Ptee.Training.Placement;

namespace Ptee.Training.ExitTraining;

/// <summary>The weights of several branches in one set: <c>exits.0.classifier.weight</c> and so on.</summary>
internal static class ExitWeights
{
    private const string Prefix = "exits";

    /// <summary>Numbers the branches from 0 in the order given.</summary>
    public static Dictionary<string, Weight> Copy(IEnumerable<BranchNetwork> branches) =>
        Number(branches.Select(branch => branch.CopyWeights()));

    /// <summary>Numbers the branches' weights from 0 in the order given.</summary>
    public static Dictionary<string, Weight> Number(IEnumerable<IReadOnlyDictionary<string, Weight>> branches) => branches
        .SelectMany((weights, i) => weights.Select(entry => KeyValuePair.Create($"{Prefix}.{i}.{entry.Key}", entry.Value)))
        .ToDictionary(StringComparer.Ordinal);

    /// <param name="plan">Of these branches on <paramref name="backbone"/>; what is not theirs in <paramref name="weights"/> is left alone.</param>
    /// <exception cref="Shared.PteeFormatException">The weights are not those of this plan.</exception>
    public static void Set(
        IReadOnlyList<BranchNetwork> branches, Backbone backbone, PlacementPlan plan, IReadOnlyDictionary<string, Weight> weights)
    {
        for (var i = 0; i < branches.Count; i++)
        {
            branches[i].SetWeights(OfExit(weights, i), $"exit {i} ({plan.Exits[i].Branch} after {backbone.NameOf(plan.Exits[i].Block)})");
        }
    }

    private static Dictionary<string, Weight> OfExit(IReadOnlyDictionary<string, Weight> weights, int exit)
    {
        var prefix = $"{Prefix}.{exit}.";
        return weights.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[prefix.Length..], entry => entry.Value, StringComparer.Ordinal);
    }
}
