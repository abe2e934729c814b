using Ptee.Shared.Weights;
using Ptee.Training.Checkpoints;

namespace Ptee.Training.Importing;

/// <summary>A state dict's tensors without what training tools add to their names and beside them.</summary>
internal static class PlainKeys
{
    /// <summary>Parts of keys that PyTorch's wrappers add, before all of a network or inside, where a part of it is wrapped.</summary>
    private static readonly HashSet<string> Wrappers =
        new(StringComparer.Ordinal) { "module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module" };

    /// <summary>What training and tools count, of any type; nothing of it is needed to classify.</summary>
    private static readonly HashSet<string> Counters =
        new(StringComparer.Ordinal) { "num_batches_tracked", "n_averaged", "total_ops", "total_params" };

    /// <summary>Without wrappers and counters, pruned weights put together, and renamed.</summary>
    public static IReadOnlyList<KeyValuePair<string, StoredTensor>> Of(StateDict dict, IReadOnlyList<Renaming> renamings)
    {
        var unwrapped = Distinct(dict.Tensors.Where(tensor => !Counters.Contains(KeyName.LeafOf(tensor.Key))), Unwrap);
        return Distinct(Pruned(unwrapped), key => renamings.Aggregate(key, (renamed, renaming) => renaming.Apply(renamed)));
    }

    private static string Unwrap(string key) => string.Join('.', key.Split('.').Where(part => !Wrappers.Contains(part)));

    /// <summary>A key that another has already keeps its old name, so that it is left over and named.</summary>
    private static List<KeyValuePair<string, StoredTensor>> Distinct(
        IEnumerable<KeyValuePair<string, StoredTensor>> tensors, Func<string, string> rename)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var renamed = new List<KeyValuePair<string, StoredTensor>>();
        foreach (var (key, tensor) in tensors)
        {
            var name = rename(key);
            if (names.Add(name) || names.Add(name = key))
            {
                renamed.Add(new(name, tensor));
            }
        }

        return renamed;
    }

    /// <summary>PyTorch's pruning keeps a weight as <c>weight_orig</c> and <c>weight_mask</c>: it is their product.</summary>
    private static IEnumerable<KeyValuePair<string, StoredTensor>> Pruned(List<KeyValuePair<string, StoredTensor>> tensors)
    {
        const string original = "_orig", mask = "_mask";
        var byKey = tensors.ToDictionary(StringComparer.Ordinal);
        foreach (var (key, tensor) in tensors)
        {
            var isPart = key.EndsWith(original, StringComparison.Ordinal) || key.EndsWith(mask, StringComparison.Ordinal);
            var name = isPart ? key[..^original.Length] : key;
            var isPruned = byKey.TryGetValue(name + original, out var values) & byKey.TryGetValue(name + mask, out var kept)
                && values!.Type.IsFloat && kept!.Type.IsFloat && values.Shape.SequenceEqual(kept.Shape) && !byKey.ContainsKey(name);
            if (!isPruned)
            {
                yield return new(key, tensor);
            }
            else if (key == name + original)
            {
                yield return new(name, Product(values!, kept!));
            }
        }
    }

    private static StoredTensor Product(StoredTensor values, StoredTensor kept) => new(
        values.Shape, values.Type, holder: new object(), values.HeldValues + kept.HeldValues,
        () => [.. values.Read().Values.Zip(kept.Read().Values, (value, factor) => value * factor)]);
}
