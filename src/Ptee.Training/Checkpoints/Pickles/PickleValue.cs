using Ptee.Shared;
using Ptee.Shared.IO;
using Ptee.Shared.Weights;
using Ptee.Training.Checkpoints.Tensors;

namespace Ptee.Training.Checkpoints.Pickles;

/// <summary>
/// Values as the interpreter holds them: null, <see cref="bool"/>, <see cref="long"/>, <see cref="double"/>,
/// <see cref="string"/>, <c>object?[]</c> (a tuple), <c>List&lt;object?&gt;</c>, and the types of this folder and of
/// Tensors.
/// </summary>
internal static class PickleValue
{
    /// <exception cref="PteeFormatException">Not a <typeparamref name="T"/>.</exception>
    public static T As<T>(object? value, string what) =>
        value is T wanted
            ? wanted
            : throw new PteeFormatException(
                $"the pickle has {Describe(value)} for {what}, expected {Describe(typeof(T))}");

    /// <summary>A tuple of whole numbers, such as a tensor's size.</summary>
    public static long[] Numbers(object? value, string what)
    {
        var tuple = As<object?[]>(value, what);
        return tuple.Length <= WeightLimits.MaxRank
            ? [.. tuple.Select(number => As<long>(number, what))]
            : throw new PteeFormatException(
                $"the pickle has {tuple.Length} numbers for {what}, expected at most {WeightLimits.MaxRank}");
    }

    public static string Describe(object? value) => value switch
    {
        null => "None",
        PickleGlobal global => Printable.Quote(global.Name),
        PickleOpaque opaque => Printable.Quote(opaque.Name),
        _ => Describe(value.GetType()),
    };

    private static string Describe(Type type) =>
        type == typeof(bool) ? "a bool"
        : type == typeof(long) ? "a whole number"
        : type == typeof(double) ? "a number"
        : type == typeof(string) ? "a text"
        : type == typeof(object[]) ? "a tuple"
        : type == typeof(List<object>) ? "a list"
        : type == typeof(PickleDict) ? "a dict"
        : type == typeof(ReadOnlyMemory<byte>) ? "bytes"
        : type == typeof(TensorView) ? "a tensor"
        : type == typeof(StorageSlice) ? "a storage"
        : type == typeof(StorageType) ? "a storage's type"
        : type == typeof(PickleFunction) ? "a function"
        : "another value";
}
