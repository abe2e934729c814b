namespace Ptee.Training.Checkpoints.Tensors;

/// <summary>Part of a storage, in values; the whole of it but for tensors that old versions saved as shared.</summary>
internal sealed record StorageSlice(Storage Storage, long Start, long Count);
