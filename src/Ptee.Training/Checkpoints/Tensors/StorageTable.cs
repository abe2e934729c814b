using Ptee.Shared;
using Ptee.Shared.Weights;
using Ptee.Training.Checkpoints.Pickles;

namespace Ptee.Training.Checkpoints.Tensors;

/// <summary>The storages that a pickle names by persistent ids.</summary>
/// <remarks>
/// An id is <c>('storage', type, key, location, count)</c>; the older format adds None or
/// <c>(view key, start, count)</c>. Source: pytorch, torch/serialization.py, <c>persistent_id</c>.
/// </remarks>
internal sealed class StorageTable
{
    private readonly Dictionary<string, Storage> _byKey = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Storage> ByKey => _byKey;

    /// <returns>A <see cref="StorageSlice"/>; or an opaque value for a class, which the older format names so when a whole module is
    /// saved, and for values that are no weights (complex, quantized).</returns>
    /// <exception cref="PteeFormatException">Not a storage's id, or it contradicts an earlier one.</exception>
    public object Find(object? id)
    {
        if (id is object?[] { Length: > 1 } module && module[0] is "module")
        {
            return module[1] as PickleGlobal ?? new PickleClass("a module's class");
        }

        if (id is not object?[] { Length: 5 or 6 } parts || parts[0] is not "storage")
        {
            throw new PteeFormatException("the pickle has a persistent id that is not a storage's");
        }

        if (parts[1] is PickleClass other)
        {
            return new PickleOpaque(other.Name);
        }

        var type = PickleValue.As<StorageType>(parts[1], "a storage's type").Type;
        var key = PickleValue.As<string>(parts[2], "a storage's key");
        var storage = Declare(new Storage(key, type, PickleValue.As<long>(parts[4], "a storage's count")));
        return parts.Length == 6 && parts[5] is { } view
            ? Slice(storage, view)
            : new StorageSlice(storage, 0, storage.Count);
    }

    private static StorageSlice Slice(Storage storage, object view)
    {
        if (PickleValue.As<object?[]>(view, "a storage's view") is not [string, long start, long count])
        {
            throw new PteeFormatException($"{storage} has a view that is not a key, a start and a count");
        }

        return start >= 0 && count >= 0 && start <= storage.Count && count <= storage.Count - start
            ? new StorageSlice(storage, start, count)
            : throw new PteeFormatException($"{storage} does not hold a view's {count} values from {start}");
    }

    private Storage Declare(Storage storage)
    {
        if (storage.Count is < 0 or > WeightLimits.MaxValues)
        {
            throw new PteeFormatException($"{storage} is too large, expected 0 to {WeightLimits.MaxValues} values");
        }

        if (!_byKey.TryAdd(storage.Key, storage) && _byKey[storage.Key] != storage)
        {
            throw new PteeFormatException($"{storage} was declared before as {_byKey[storage.Key]}");
        }

        return _byKey[storage.Key];
    }
}
