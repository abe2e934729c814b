namespace Ptee.Shared.Weights;

/// <summary>One tensor of a weights file, as 32-bit floats whatever the file held.</summary>
public sealed class Weight
{
    /// <param name="shape">Outermost dimension first, as in PyTorch; empty for a scalar.</param>
    /// <param name="values">Row-major; not copied.</param>
    /// <exception cref="ArgumentException">The shape and the number of values differ.</exception>
    public Weight(IReadOnlyList<int> shape, float[] values)
    {
        if (WeightShape.Count([.. shape]) != values.Length)
        {
            throw new ArgumentException(
                $"shape {WeightShape.Text(shape)} does not hold {values.Length} values", nameof(values));
        }

        Shape = shape;
        Values = values;
    }

    public IReadOnlyList<int> Shape { get; }

    /// <summary>Row-major.</summary>
    public float[] Values { get; }

    /// <summary>The shape: <c>16x3x3x3</c>.</summary>
    public override string ToString() => WeightShape.Text(Shape);
}
