using System.Runtime.InteropServices;
using Ptee.Model.Layers;
using Ptee.Shared;
using Ptee.Shared.Weights;
using static TorchSharp.torch;

namespace Ptee.Model.Weights;

/// <summary>Moves weights between modules and plain arrays, strictly.</summary>
internal static class ModuleWeights
{
    private const string Counter = "num_batches_tracked"; // Counts training steps; nothing here reads it.
    private const int FaultsNamed = 5;

    public static IEnumerable<KeyValuePair<string, Weight>> Copy(nn.Module module)
    {
        foreach (var (key, tensor) in Entries(module))
        {
            var values = new float[tensor.NumberOfElements];
            using var source = tensor.detach().contiguous();
            source.bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
            yield return new(key, new Weight([.. tensor.shape.Select(length => (int)length)], values));
        }
    }

    /// <remarks>
    /// TorchSharp's own strict load names no key and broadcasts a wrong shape in silence (0.107), so names and
    /// shapes are checked here first, and nothing is copied unless all fit.
    /// </remarks>
    /// <exception cref="PteeFormatException">Names the first five keys of each fault, with both shapes.</exception>
    public static void Load(IEnumerable<nn.Module> modules, IReadOnlyDictionary<string, Weight> source, string what)
    {
        var target = modules.SelectMany(Entries).ToDictionary(StringComparer.Ordinal);
        var misshaped = target.Keys.Where(key => source.TryGetValue(key, out var weight)
            && !target[key].shape.SequenceEqual(weight.Shape.Select(length => (long)length)));
        string[] faults =
        [
            .. Name("missing", target.Keys.Except(source.Keys), key => $"{key} ({Text(target[key].shape)})"),
            .. Name("left over", source.Keys.Except(target.Keys), key => $"{key} ({source[key]})"),
            .. Name("mis-shaped", misshaped, key => $"{key} is {source[key]}, expected {Text(target[key].shape)}"),
        ];
        if (faults.Length > 0)
        {
            throw new PteeFormatException($"weights do not fit {what}: {string.Join("; ", faults)}");
        }

        using var noGrad = no_grad();
        foreach (var (key, tensor) in target)
        {
            // Contiguous CPU tensors: the bytes are written in place, so an optimizer keeps its parameters.
            MemoryMarshal.AsBytes(source[key].Values.AsSpan()).CopyTo(tensor.bytes);
        }
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Entries(nn.Module module) => module.state_dict()
        .Where(entry => !entry.Key.EndsWith(Counter, StringComparison.Ordinal))
        .Select(entry => KeyValuePair.Create(KeyNames.Unescape(entry.Key), entry.Value));

    private static IEnumerable<string> Name(string fault, IEnumerable<string> keys, Func<string, string> describe)
    {
        var all = keys.Order(StringComparer.Ordinal).ToList();
        var more = all.Count > FaultsNamed ? $" and {all.Count - FaultsNamed} more" : "";
        return all.Count == 0 ? [] : [$"{fault} {string.Join(", ", all.Take(FaultsNamed).Select(describe))}{more}"];
    }

    private static string Text(long[] shape) => shape.Length == 0 ? "scalar" : string.Join("x", shape);
}
