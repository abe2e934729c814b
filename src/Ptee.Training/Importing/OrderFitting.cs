using Ptee.Shared.IO;
using Ptee.Shared.Weights;

namespace Ptee.Training.Importing;

/// <summary>
/// Fits tensors whose names say nothing: layer by layer in the order in which they were saved, where every layer of the
/// network has its like in the file, with the same parts (<c>weight</c>, <c>running_mean</c>) of the same shapes.
/// </summary>
internal static class OrderFitting
{
    /// <returns>Null where not all fit, or where the file's order is not the layers'.</returns>
    public static Fit? Try(Candidate candidate, NetworkKeys network)
    {
        if (!candidate.Dict.IsOrdered || candidate.Tensors.Count != network.Slots.Count)
        {
            return null;
        }

        var theirs = Layers(candidate.Tensors);
        var ours = Layers(network.Slots);
        if (theirs.Length != ours.Length)
        {
            return null;
        }

        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (var (their, our) in theirs.Zip(ours))
        {
            foreach (var (key, tensor) in their)
            {
                tensors[our.Key.Length == 0 ? KeyName.LeafOf(key) : $"{our.Key}.{KeyName.LeafOf(key)}"] = tensor;
            }
        }

        var fit = new Fit(candidate, network, tensors, Remark(candidate, network));
        return fit.IsWhole ? fit : null;
    }

    private static IGrouping<string, KeyValuePair<string, T>>[] Layers<T>(IEnumerable<KeyValuePair<string, T>> tensors) =>
        [.. tensors.GroupBy(tensor => KeyName.LayerOf(tensor.Key), StringComparer.Ordinal)];

    private static string Remark(Candidate candidate, NetworkKeys network) =>
        $"The tensors have other names than {network.Architecture.Name}'s: all {network.Slots.Count} were taken by their order and shapes, "
        + $"{Printable.Line(candidate.Tensors[0].Key)} for {network.Slots[0].Key} and so on. "
        + "ptee eval shows whether that is right; --rename OLD=NEW names them otherwise.";
}
