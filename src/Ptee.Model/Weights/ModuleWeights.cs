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
        var faults = WeightFaults.Describe(
            target.ToDictionary(entry => entry.Key, entry => Text(entry.Value.shape), StringComparer.Ordinal),
            source.ToDictionary(entry => entry.Key, entry => entry.Value.ToString(), StringComparer.Ordinal));
        if (faults.Length > 0)
        {
            throw new PteeFormatException($"weights do not fit {what}: {faults}");
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

    private static string Text(long[] shape) => WeightShape.Text([.. shape.Select(length => (int)length)]);
}
