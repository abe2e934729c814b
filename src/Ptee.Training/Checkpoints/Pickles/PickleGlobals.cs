using System.Collections.Frozen;
using Ptee.Shared;
using Ptee.Shared.Weights;
using Ptee.Training.Checkpoints.Tensors;

namespace Ptee.Training.Checkpoints.Pickles;

/// <summary>What tensors are made of. Each is made here: nothing that a pickle names is ever imported or run.</summary>
/// <remarks>Source of the names and their arguments: pytorch, torch/_utils.py and torch/serialization.py.</remarks>
internal static class PickleGlobals
{
    private static readonly FrozenDictionary<string, PickleGlobal> ByName = new PickleGlobal[]
    {
        new PickleFunction("collections.OrderedDict", OrderedDict),
        new PickleFunction("torch._utils._rebuild_tensor", TensorView.Rebuild), // Before torch 0.4.
        new PickleFunction("torch._utils._rebuild_tensor_v2", TensorView.Rebuild),
        new PickleFunction("torch._utils._rebuild_parameter", Parameter),
        new PickleFunction("torch._utils._rebuild_parameter_with_state", Parameter),
        new StorageType("torch.FloatStorage", ElementType.Float32),
        new StorageType("torch.DoubleStorage", ElementType.Float64),
        new StorageType("torch.HalfStorage", ElementType.Float16),
        new StorageType("torch.BFloat16Storage", ElementType.BFloat16),
        new StorageType("torch.LongStorage", ElementType.Int64),
        new StorageType("torch.IntStorage", ElementType.Int32),
        new StorageType("torch.ShortStorage", ElementType.Int16),
        new StorageType("torch.CharStorage", ElementType.Int8),
        new StorageType("torch.ByteStorage", ElementType.UInt8),
        new StorageType("torch.BoolStorage", ElementType.Bool),
    }.ToFrozenDictionary(global => global.Name);

    /// <returns>One of these, or a class whose values are opaque.</returns>
    public static PickleGlobal Get(string module, string name) =>
        ByName.TryGetValue($"{module}.{name}", out var global) ? global : new PickleClass($"{module}.{name}");

    /// <summary>Empty, or from a list of pairs, which is how Python 2 wrote it.</summary>
    private static PickleDict OrderedDict(object?[] arguments)
    {
        var dict = new PickleDict();
        if (arguments.Length == 0)
        {
            return dict;
        }

        foreach (var item in PickleValue.As<List<object?>>(arguments[0], "an OrderedDict's items"))
        {
            dict.AddAll(item is List<object?> { Count: 2 } pair
                ? [pair[0], pair[1]]
                : item as object?[] is { Length: 2 } tuple ? tuple : throw new PteeFormatException(
                    $"the pickle has {PickleValue.Describe(item)} for an OrderedDict's item, expected a pair"));
        }

        return dict;
    }

    /// <summary>A parameter is its tensor; whether it wants a gradient is a training's affair.</summary>
    private static object Parameter(object?[] arguments) => arguments.FirstOrDefault() is PickleOpaque opaque
        ? opaque
        : PickleValue.As<TensorView>(arguments.FirstOrDefault(), "a parameter's data");
}
