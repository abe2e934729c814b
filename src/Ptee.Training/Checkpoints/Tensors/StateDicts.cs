using Ptee.Shared;
using Ptee.Shared.IO;
using Ptee.Shared.Weights;
using Ptee.Training.Checkpoints.Pickles;

namespace Ptee.Training.Checkpoints.Tensors;

/// <summary>Finds every dict of tensors in what a pickle holds, whatever it is called: in dicts, lists and tuples.</summary>
internal sealed class StateDicts
{
    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<Place> _waiting = new();
    private readonly List<StateDict> _found = [];
    private readonly List<(Place Place, PickleOpaque Module)> _modules = [];
    private readonly StorageReader _reader;

    private StateDicts(StorageReader reader) => _reader = reader;

    /// <returns>The outermost first; at least one.</returns>
    /// <exception cref="PteeFormatException">There is none: what there is instead is named. Or there are too many.</exception>
    public static IReadOnlyList<StateDict> Find(object? root, StorageReader reader)
    {
        var search = new StateDicts(reader);
        if (MayHold(root))
        {
            search.Enter(new Place(Above: null, "", Depth: 0, root));
        }

        while (search._waiting.TryDequeue(out var place))
        {
            search.Look(place);
        }

        return search._found.Count > 0 ? search._found : throw search.Nothing(root);
    }

    private void Enter(Place place)
    {
        if (place.Depth <= CheckpointLimits.MaxDepth && _seen.Count < CheckpointLimits.MaxPlaces && _seen.Add(place.Value!))
        {
            _waiting.Enqueue(place);
        }
    }

    private static bool MayHold(object? value) => value
        is PickleDict { IsEmpty: false } or PickleOpaque { MayHold: true }
        or List<object?> { Count: > 0 } or object?[] { Length: > 0 };

    private void Look(Place place)
    {
        switch (place.Value)
        {
            case PickleDict dict:
                LookInto(place, dict);
                break;
            case PickleOpaque { IsModule: true } module:
                _modules.Add((place, module));
                break;
            case PickleOpaque { Items: { } items }:
                LookInto(place, items);
                break;
            case IReadOnlyList<object?> list:
                foreach (var (index, value) in list.Index().Where(item => MayHold(item.Item)))
                {
                    Enter(place.Below($"{index}", value));
                }

                break;
        }
    }

    private void LookInto(Place place, PickleDict dict)
    {
        var tensors = new List<KeyValuePair<string, StoredTensor>>();
        foreach (var (key, value) in dict.Items)
        {
            if (key.Length > CheckpointLimits.MaxKey)
            {
                throw new PteeFormatException(
                    $"key {Printable.Quote(key)} has {key.Length} characters, expected at most {CheckpointLimits.MaxKey}");
            }

            if (value is TensorView view)
            {
                tensors.Add(new(key, _reader.Tensor(view)));
            }
            else if (MayHold(value))
            {
                Enter(place.Below(key, value));
            }
        }

        if (tensors.Count > WeightLimits.MaxTensors || _found.Count == CheckpointLimits.MaxStateDicts)
        {
            throw new PteeFormatException(
                $"expected at most {CheckpointLimits.MaxStateDicts} dicts of at most {WeightLimits.MaxTensors} tensors each, got more");
        }

        if (tensors.Count > 0)
        {
            _found.Add(new StateDict(place.Path, tensors, IsOrdered: true));
        }
    }

    private PteeFormatException Nothing(object? root)
    {
        if (_modules is not [var (place, module), ..])
        {
            return new($"no tensors: expected a state dict, as torch.save(model.state_dict(), …) saves it; got {Contents(root)}");
        }

        var where = place.Path.Length > 0 ? $" as {Printable.Quote(place.Path)}" : "";
        return new(
            $"the whole module was saved{where} ({Printable.Line(module.Name)}), which needs its code: "
            + "load it where that is, and save its weights with torch.save(model.state_dict(), …)");
    }

    private static string Contents(object? root)
    {
        const int shown = 5;
        if (root is not PickleDict { IsEmpty: false } dict)
        {
            return PickleValue.Describe(root);
        }

        var keys = dict.Items.Select(item => Printable.Quote(item.Key)).Take(shown + 1).ToArray();
        return $"a dict of {string.Join(", ", keys.Take(shown))}{(keys.Length > shown ? ", …" : "")}";
    }

    /// <summary>A value and how the search came to it; the path is put together only where it is asked for.</summary>
    private sealed record Place(Place? Above, string Name, int Depth, object? Value)
    {
        public string Path => Above is null or { Depth: 0 } ? Name : $"{Above.Path}.{Name}";

        public Place Below(string name, object? value) => new(this, name, Depth + 1, value);
    }
}
