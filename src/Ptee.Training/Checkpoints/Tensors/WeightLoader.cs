using Ptee.Shared;
using Ptee.Shared.Weights;

namespace Ptee.Training.Checkpoints.Tensors;

/// <summary>Turns views of storages into weights.</summary>
internal static class WeightLoader
{
    /// <summary>Reads each storage that a tensor needs, once, and no other.</summary>
    /// <param name="read">A storage's bytes, exactly as many as it declares; throws if there are not so many.</param>
    /// <exception cref="PteeFormatException">More values than <see cref="WeightLimits.MaxValues"/>.</exception>
    public static IReadOnlyDictionary<string, Weight> Load(
        IReadOnlyList<KeyValuePair<string, TensorView>> tensors, Func<Storage, ReadOnlyMemory<byte>> read)
    {
        var byStorage = tensors.GroupBy(tensor => tensor.Value.Storage).ToArray();
        CheckTotal(tensors.Sum(tensor => (long)tensor.Value.Count));
        CheckTotal(byStorage.Sum(group => group.Key.Count));

        var weights = new Dictionary<string, Weight>(StringComparer.Ordinal);
        foreach (var group in byStorage)
        {
            var bytes = read(group.Key).Span;
            var values = new float[group.Key.Count];
            group.Key.Type.ToFloat32(bytes, values);
            foreach (var (name, view) in group)
            {
                weights.Add(name, new Weight(view.Shape, view.Gather(values)));
            }
        }

        return weights;
    }

    private static void CheckTotal(long values)
    {
        if (values > WeightLimits.MaxValues)
        {
            throw new PteeFormatException($"{values} values, expected at most {WeightLimits.MaxValues}");
        }
    }
}
