using Ptee.Shared.IO;
using Ptee.Shared.Weights;

namespace Ptee.Training.Importing;

/// <summary>Fits tensors by their names, and the linear layers by their order where names differ there alone.</summary>
internal static class NameFitting
{
    /// <summary>Other names of a last layer that need no word.</summary>
    private static readonly string[] UsualClassifiers = ["fc", "linear", "classifier"];

    /// <returns>A fit that may not be whole: then its faults say why.</returns>
    public static Fit Try(Candidate candidate, NetworkKeys network)
    {
        var shortcuts = candidate.Tensors.Select(tensor => KeyValuePair.Create(Shortcut(tensor.Key), tensor.Value)).ToArray();
        string[] linears = [.. shortcuts.Where(tensor => tensor.Value.Shape.Count == 2).Select(tensor => KeyName.LayerOf(tensor.Key))];
        var others = OtherNames(linears, network);
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (var (index, (key, tensor)) in shortcuts.Index())
        {
            var layer = KeyName.LayerOf(key);
            var name = others.TryGetValue(layer, out var other) ? $"{other}{key[layer.Length..]}" : key;
            // What has a name already that another gets is left over, under the name that it has in the file.
            tensors[tensors.ContainsKey(name) ? candidate.Tensors[index].Key : name] = tensor;
        }

        return new Fit(candidate, network, tensors, Remark(others));
    }

    /// <remarks>People call a residual block's shortcut <c>downsample</c>, as torchvision does, or <c>shortcut</c>.</remarks>
    private static string Shortcut(string key) => key.Replace(".downsample.", ".shortcut.", StringComparison.Ordinal);

    /// <summary>The network's names of linear layers, by the file's, where it has as many.</summary>
    private static Dictionary<string, string> OtherNames(string[] linears, NetworkKeys network) =>
        linears.Length == network.Linears.Count && !network.Linears.All(linears.Contains)
            ? linears.Zip(network.Linears).Where(pair => pair.First != pair.Second)
                .DistinctBy(pair => pair.First).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal)
            : [];

    private static string? Remark(Dictionary<string, string> others) => others.Count == 0 || others.Keys.All(UsualClassifiers.Contains)
        ? null
        : $"The linear layer{(others.Count == 1 ? "" : "s")} {string.Join(", ", others.Keys.Select(Printable.Line))} "
            + $"{(others.Count == 1 ? "was" : "were")} taken for {string.Join(", ", others.Values)}, by order and shape.";
}
