using Ptee.Shared.Weights;

namespace Ptee.Training.Checkpoints.Pickles;

/// <summary>A class of torch's that says what a storage holds.</summary>
internal sealed record StorageType(string Name, ElementType Type) : PickleGlobal(Name);
