using Ptee.Shared.Weights;

namespace Ptee.Training.Checkpoints;

/// <summary>A dict in a file that holds tensors: a network's weights, or something else that somebody saved beside them.</summary>
/// <param name="Path">How to come to it from the file's top, with dots: <c>checkpoint.model</c>; empty for the top itself.</param>
/// <param name="Tensors">By the keys as they were saved, in the file's order.</param>
/// <param name="IsOrdered">Whether that order is the one in which the network's layers were made; safetensors sort by name.</param>
public sealed record StateDict(
    string Path, IReadOnlyList<KeyValuePair<string, StoredTensor>> Tensors, bool IsOrdered);
