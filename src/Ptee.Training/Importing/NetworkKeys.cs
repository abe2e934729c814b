using Ptee.Shared.Architectures;
using Ptee.Shared.Weights;

namespace Ptee.Training.Importing;

/// <summary>The keys and shapes that a backbone's weights have, for any number of classes.</summary>
internal sealed class NetworkKeys
{
    private readonly string _classifier;

    public NetworkKeys(Architecture architecture)
    {
        var backbone = Backbones.Build(architecture);
        Architecture = architecture;
        _classifier = backbone.ClassifierKey;
        Slots = [.. WeightKeys.Of(backbone)];
        ByKey = Slots.ToDictionary(StringComparer.Ordinal);
        Linears = [.. Slots.Where(slot => slot.Value.Length == 2).Select(slot => KeyName.LayerOf(slot.Key))];
    }

    /// <summary>With the usual number of classes.</summary>
    public Architecture Architecture { get; }

    /// <summary>In the order in which the network's layers come.</summary>
    public IReadOnlyList<KeyValuePair<string, int[]>> Slots { get; }

    public IReadOnlyDictionary<string, int[]> ByKey { get; }

    /// <summary>Keys of the linear layers, in their order; the last is the classifier.</summary>
    public IReadOnlyList<string> Linears { get; }

    /// <summary>As many as the file's last layer has; the usual number where it is missing, so that a message can name it.</summary>
    public int ClassesOf(IReadOnlyDictionary<string, StoredTensor> tensors) =>
        tensors.TryGetValue($"{_classifier}.weight", out var weight) && weight.Shape is [var classes, _]
            ? Math.Clamp(classes, 2, Backbones.MaxClasses)
            : Architecture.Classes;

    public IReadOnlyList<int> ShapeOf(string key, int classes) =>
        KeyName.LayerOf(key) == _classifier ? [classes, .. ByKey[key][1..]] : ByKey[key];

    /// <summary>Whether these are all of its tensors and no others, each of its shape.</summary>
    public bool Takes(IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        var classes = ClassesOf(tensors);
        return tensors.Count == ByKey.Count && tensors.All(entry => ByKey.ContainsKey(entry.Key)
            && entry.Value.Type.IsFloat && entry.Value.Shape.SequenceEqual(ShapeOf(entry.Key, classes)));
    }

    /// <summary>How they differ from the network's, in words.</summary>
    public string Faults(IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        var classes = ClassesOf(tensors);
        return WeightFaults.Describe(
            ByKey.Keys.ToDictionary(key => key, key => WeightShape.Text(ShapeOf(key, classes)), StringComparer.Ordinal),
            tensors.ToDictionary(entry => entry.Key, entry => entry.Value.ToString(), StringComparer.Ordinal));
    }
}
