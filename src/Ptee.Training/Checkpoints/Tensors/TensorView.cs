using Ptee.Shared;
using Ptee.Shared.Weights;
using Ptee.Training.Checkpoints.Pickles;

namespace Ptee.Training.Checkpoints.Tensors;

/// <summary>A tensor as a view of a storage: value (i, j, …) is at Start + i·Strides[0] + j·Strides[1] + …</summary>
/// <param name="Start">First value, counted in values from the storage's begin.</param>
/// <param name="Shape">Row-major order of the result; empty for a scalar.</param>
/// <param name="Strides">Values to the next one along each dimension; not always the row-major ones.</param>
/// <param name="Count">Number of values, the product of <paramref name="Shape"/>.</param>
internal sealed record TensorView(Storage Storage, long Start, int[] Shape, long[] Strides, int Count)
{
    /// <summary>
    /// What <c>_rebuild_tensor</c> and <c>_rebuild_tensor_v2</c> are given: a storage, an offset, a size, strides; then
    /// what only a training needs.
    /// </summary>
    /// <returns>The view, or the storage itself where that is opaque.</returns>
    /// <exception cref="PteeFormatException">The view is not within its storage.</exception>
    public static object Rebuild(object?[] arguments)
    {
        if (arguments is [PickleOpaque opaque, ..])
        {
            return opaque;
        }

        if (arguments is not [var storage, var offset, var size, var strides, ..])
        {
            throw new PteeFormatException($"a tensor is made from {arguments.Length} arguments, expected at least 4");
        }

        return Make(
            PickleValue.As<StorageSlice>(storage, "a tensor's storage"),
            PickleValue.As<long>(offset, "a tensor's offset"),
            PickleValue.Numbers(size, "a tensor's size"),
            PickleValue.Numbers(strides, "a tensor's strides"));
    }

    /// <summary>Copies the view's values, row-major, from its storage's.</summary>
    /// <param name="storage">All values of <see cref="Storage"/>.</param>
    public float[] Gather(ReadOnlySpan<float> storage)
    {
        var values = new float[Count];
        var index = new int[Shape.Length];
        var at = Start;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = storage[(int)at];
            // Like an odometer: the last dimension first; a wheel that is full goes back and moves the one before it.
            for (var d = Shape.Length - 1; d >= 0; d--)
            {
                at += Strides[d];
                if (++index[d] < Shape[d])
                {
                    break;
                }

                at -= Strides[d] * Shape[d];
                index[d] = 0;
            }
        }

        return values;
    }

    private static TensorView Make(StorageSlice slice, long offset, long[] size, long[] strides)
    {
        var tensor = $"a tensor of {slice.Storage}";
        var (shape, count) = WeightShape.Check(tensor, size);
        if (strides.Length != shape.Length || strides.Any(stride => stride < 0))
        {
            throw new PteeFormatException($"{tensor} {Describe(shape, strides)}, expected one from 0 up for each dimension");
        }

        // 16 products of 31 and 63 bits do not overflow 128.
        Int128 last = offset;
        for (var d = 0; d < shape.Length; d++)
        {
            last += (Int128)(shape[d] - 1) * strides[d];
        }

        // Nothing is read for an empty tensor, so its offset and strides do not matter.
        if (count > 0 && (offset < 0 || last >= slice.Count))
        {
            throw new PteeFormatException(
                $"{tensor} {Describe(shape, strides)} from {offset}, but there are {slice.Count} values");
        }

        return new TensorView(slice.Storage, slice.Start + offset, shape, strides, count);
    }

    private static string Describe(int[] shape, long[] strides) =>
        $"is {WeightShape.Text(shape)} with strides ({string.Join(", ", strides)})";
}
