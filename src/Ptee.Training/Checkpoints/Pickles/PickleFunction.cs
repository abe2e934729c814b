namespace Ptee.Training.Checkpoints.Pickles;

/// <param name="Call">What it does here, given its arguments.</param>
internal sealed record PickleFunction(string Name, Func<object?[], object?> Call) : PickleGlobal(Name);
