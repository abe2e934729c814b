using Ptee.Shared;
using Ptee.Shared.IO;

namespace Ptee.Training.Checkpoints.Pickles;

/// <summary>
/// A Python dict or OrderedDict. Only what lies under a text is kept, in the order it came: nothing else can be a
/// weight.
/// </summary>
internal sealed class PickleDict
{
    private readonly List<KeyValuePair<string, object?>> _items = [];
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    public IReadOnlyList<KeyValuePair<string, object?>> Items => _items;

    /// <summary>The value under a key, null where there is none.</summary>
    public object? Find(string key) =>
        _keys.Contains(key) ? _items.Find(item => item.Key == key).Value : null;

    /// <exception cref="PteeFormatException">The key is there already: no pickler writes one twice.</exception>
    public void Add(object? key, object? value)
    {
        if (key is not string name)
        {
            return;
        }

        if (!_keys.Add(name))
        {
            throw new PteeFormatException($"key {Printable.Quote(name)} is there twice");
        }

        _items.Add(new(name, value));
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
