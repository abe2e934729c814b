using Ptee.Shared.IO;
using Ptee.Shared.Weights;

namespace Ptee.Training.Checkpoints.Tensors;

/// <summary>A row of values in the file, as the pickle declares it. Tensors are views of storages.</summary>
/// <param name="Count">Number of values; not yet compared with the bytes there are.</param>
internal sealed record Storage(string Key, ElementType Type, long Count)
{
    public long Bytes => Count * Type.Bytes;

    /// <summary>For messages: <c>storage '7' (432 float32)</c>.</summary>
    public override string ToString() => $"storage {Printable.Quote(Key)} ({Count} {Type})";
}
