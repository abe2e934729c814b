namespace Ptee.Training.Checkpoints.Pickles;

/// <summary>A class or function that no weight needs. What it makes is a <see cref="PickleOpaque"/>: it is never imported or run.</summary>
internal sealed record PickleClass(string Name) : PickleGlobal(Name);
