namespace Ptee.Shared.Weights;

/// <summary>What a tensor's shape says, without a tensor.</summary>
public static class WeightShape
{
    /// <summary><c>16x3x3x3</c>, or <c>scalar</c> where there is no dimension.</summary>
    public static string Text(IReadOnlyList<int> shape) => shape.Count == 0 ? "scalar" : string.Join('x', shape);

    /// <summary>The number of values, 1 for a scalar.</summary>
    /// <returns>Null for a negative dimension or a product above <see cref="WeightLimits.MaxValues"/>.</returns>
    public static long? Count(ReadOnlySpan<int> shape)
    {
        // A zero anywhere makes the product zero, however large the dimensions before it.
        var empty = shape.Contains(0);
        var count = 1L;
        foreach (var size in shape)
        {
            // Both are below 2^31 here, so the product cannot overflow.
            count = empty ? 0 : count * size;
            if (size < 0 || count > WeightLimits.MaxValues)
            {
                return null;
            }
        }

        return count;
    }

    /// <summary>Checks a shape that came from a file.</summary>
    /// <param name="tensor">What to call it in a message: <c>tensor 'conv1.weight'</c>.</param>
    /// <returns>The shape and its number of values.</returns>
    /// <exception cref="PteeFormatException">Too many dimensions, one below 0, or too many values.</exception>
    public static (int[] Shape, int Count) Check(string tensor, ReadOnlySpan<long> sizes)
    {
        if (sizes.Length > WeightLimits.MaxRank)
        {
            throw new PteeFormatException(
                $"{tensor} has {sizes.Length} dimensions, expected at most {WeightLimits.MaxRank}");
        }

        var shape = new int[sizes.Length];
        for (var i = 0; i < shape.Length; i++)
        {
            shape[i] = sizes[i] is >= 0 and <= int.MaxValue
                ? (int)sizes[i]
                : throw new PteeFormatException(
                    $"{tensor} has a dimension of {sizes[i]}, expected 0 to {int.MaxValue}");
        }

        return Count(shape) is { } count
            ? (shape, (int)count)
            : throw new PteeFormatException(
                $"{tensor} is {Text(shape)}, expected at most {WeightLimits.MaxValues} values");
    }
}
