using Ptee.Shared;
using Ptee.Shared.IO;
using Ptee.Shared.Weights;
using Ptee.Training.Checkpoints.Pickles;

namespace Ptee.Training.Checkpoints.Tensors;

/// <summary>Finds the weights in what a checkpoint's pickle holds, under their plain names.</summary>
internal static class StateDict
{
    /// <summary>What <c>DataParallel</c> puts before every key.</summary>
    private const string Parallel = "module.";

    /// <summary>Where training scripts put the weights when they save more. The first is the usual one.</summary>
    private static readonly string[] Wrappers = ["state_dict", "model_state_dict", "model", "net"];

    /// <summary>
    /// The tensors of the dict itself or of the one under a usual name, without <c>module.</c> where all have it, and
    /// without a batch norm's counters. Whatever else is there is left out.
    /// </summary>
    /// <exception cref="PteeFormatException">There are none, it is not clear which are meant, or one is not of
    /// floating-point numbers.</exception>
    public static IReadOnlyList<KeyValuePair<string, TensorView>> Find(object? root)
    {
        var dict = PickleValue.As<PickleDict>(root, "the checkpoint");
        var tensors = Tensors(Unwrap(dict));
        if (tensors.Count > WeightLimits.MaxTensors)
        {
            throw new PteeFormatException($"{tensors.Count} tensors, expected at most {WeightLimits.MaxTensors}");
        }

        var prefix = tensors.All(tensor => tensor.Key.StartsWith(Parallel, StringComparison.Ordinal)) ? Parallel : "";
        return
        [
            .. tensors
                .Select(tensor => KeyValuePair.Create(tensor.Key[prefix.Length..], tensor.Value))
                .Where(tensor => tensor.Value.Storage.Type.IsWeight(tensor.Key)),
        ];
    }

    private static PickleDict Unwrap(PickleDict dict)
    {
        var wrappers = Wrappers
            .Where(name => dict.Find(name) is PickleDict inner && Tensors(inner).Count > 0)
            .ToArray();
        // A scalar beside the weights is a figure, such as the best accuracy; a larger tensor would be lost in silence.
        var beside = Tensors(dict).Where(tensor => wrappers.Length == 0 || tensor.Value.Shape.Length > 0)
            .Select(tensor => tensor.Key).ToArray();
        return (wrappers, beside) switch
        {
            ([], []) => throw new PteeFormatException(
                $"no tensors: expected a state dict, or one under {string.Join(", ", Wrappers)}; got a dict of "
                + Names(dict.Items.Select(item => item.Key))),
            ([], _) => dict,
            ([var name], []) => (PickleDict)dict.Find(name)!,
            (["state_dict", ..], []) => (PickleDict)dict.Find(Wrappers[0])!,
            _ => throw new PteeFormatException(
                $"tensors in several places: {Names(wrappers.Concat(beside))}; expected one state dict"),
        };
    }

    private static List<KeyValuePair<string, TensorView>> Tensors(PickleDict dict) =>
    [
        .. dict.Items.Where(item => item.Value is TensorView)
            .Select(item => KeyValuePair.Create(item.Key, (TensorView)item.Value!)),
    ];

    private static string Names(IEnumerable<string> names)
    {
        const int shown = 5;
        var all = names.ToArray();
        return all.Length == 0
            ? "nothing"
            : string.Join(", ", all.Take(shown).Select(Printable.Quote)) + (all.Length > shown ? ", …" : "");
    }
}
