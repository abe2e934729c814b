using Ptee.Shared.Weights;

namespace Ptee.Training.Importing;

/// <summary>How a candidate's tensors are a network's.</summary>
/// <param name="tensors">By the network's keys; all of them where it is whole.</param>
/// <param name="remark">What is not plain about it, as a sentence; null for nothing.</param>
internal sealed class Fit(
    Candidate candidate, NetworkKeys network, IReadOnlyDictionary<string, StoredTensor> tensors, string? remark)
{
    private readonly int _found = tensors.Keys.Count(network.ByKey.ContainsKey);

    public Candidate Candidate { get; } = candidate;

    public NetworkKeys Network { get; } = network;

    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; } = tensors;

    public string? Remark { get; } = remark;

    public bool IsWhole { get; } = network.Takes(tensors);

    /// <summary>Whether keys are missing while others are left over.</summary>
    public bool HasOtherNames => Missing > 0 && LeftOver > 0;

    private int Missing => Network.Slots.Count - _found;

    private int LeftOver => Tensors.Count - _found;

    /// <summary>Whether more of its network is there, or as much and less is wrong.</summary>
    public bool IsNearerThan(Fit other) =>
        (-_found, Missing + LeftOver, Candidate.Rank).CompareTo((-other._found, other.Missing + other.LeftOver, other.Candidate.Rank)) < 0;
}
