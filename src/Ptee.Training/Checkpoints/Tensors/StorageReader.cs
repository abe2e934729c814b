using Ptee.Shared.Weights;

namespace Ptee.Training.Checkpoints.Tensors;

/// <summary>
/// Reads storages when a tensor's values are asked for, and keeps the last one: tensors that share one come one after another.
/// </summary>
/// <param name="bytes">A storage's bytes, exactly as many as it declares; throws if there are not so many.</param>
internal sealed class StorageReader(Func<Storage, ReadOnlyMemory<byte>> bytes)
{
    private Storage? _last;
    private float[] _values = [];

    public StoredTensor Tensor(TensorView view) =>
        new(view.Shape, view.Storage.Type, view.Storage, view.Storage.Count, () => view.Gather(Values(view.Storage)));

    private float[] Values(Storage storage)
    {
        if (!ReferenceEquals(_last, storage))
        {
            var source = bytes(storage).Span;
            _values = new float[storage.Count];
            storage.Type.ToFloat32(source, _values);
            _last = storage;
        }

        return _values;
    }
}
