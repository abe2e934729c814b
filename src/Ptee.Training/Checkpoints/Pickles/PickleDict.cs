using Ptee.Shared;
using Ptee.Shared.IO;

namespace Ptee.Training.Checkpoints.Pickles;

/// <summary>
/// A Python dict or OrderedDict. Only what lies under a text is kept, in the order it came: nothing else can be a
/// weight.
/// </summary>
internal sealed class PickleDict
{
    // Not made before it is needed: an empty dict costs a pickle one byte.
    private OrderedDictionary<string, object?>? _items;

    public IEnumerable<KeyValuePair<string, object?>> Items => _items ?? [];

    public bool IsEmpty => _items is null;

    public bool Has(string key) => _items?.ContainsKey(key) ?? false;

    /// <summary>The value under a key, null where there is none.</summary>
    public object? Find(string key) => _items is not null && _items.TryGetValue(key, out var value) ? value : null;

    /// <exception cref="PteeFormatException">The key is there already: no pickler writes one twice.</exception>
    public void Add(object? key, object? value)
    {
        if (key is not string name)
        {
            return;
        }

        _items ??= new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        if (!_items.TryAdd(name, value))
        {
            throw new PteeFormatException($"key {Printable.Quote(name)} is there twice");
        }
    }

    /// <summary>Keys and values by turns.</summary>
    public void AddAll(ReadOnlySpan<object?> keysAndValues)
    {
        if (keysAndValues.Length % 2 != 0)
        {
            throw new PteeFormatException("the pickle has a dict key without a value");
        }

        for (var i = 0; i < keysAndValues.Length; i += 2)
        {
            Add(keysAndValues[i], keysAndValues[i + 1]);
        }
    }
}
