namespace Ptee.Shared.Weights;

/// <summary>A tensor that a file declares. Its values are read when they are asked for, so that what is not needed costs nothing.</summary>
/// <param name="shape">Outermost dimension first; empty for a scalar.</param>
/// <param name="holder">What has to be read for the values: one object for all tensors that share it.</param>
/// <param name="heldValues">How many values the holder has; may be more, or fewer, than the tensor's.</param>
/// <param name="read">The tensor's values, row-major, in a new array.</param>
public sealed class StoredTensor(IReadOnlyList<int> shape, ElementType type, object holder, long heldValues, Func<float[]> read)
{
    public IReadOnlyList<int> Shape { get; } = shape;

    public ElementType Type { get; } = type;

    /// <summary>The same object for tensors that are parts of the same values in the file.</summary>
    public object Holder { get; } = holder;

    /// <summary>Values that are in memory while this tensor is read.</summary>
    public long HeldValues { get; } = heldValues;

    /// <exception cref="PteeFormatException">The file does not hold what it declares.</exception>
    public Weight Read() => new(Shape, read());

    /// <summary>The shape, and the type where it cannot be a weight's: <c>16x3x3x3</c>, <c>10 int64</c>.</summary>
    public override string ToString() => WeightShape.Text(Shape) + (Type.IsFloat ? "" : $" {Type}");
}
