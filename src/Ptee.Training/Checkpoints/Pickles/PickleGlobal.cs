namespace Ptee.Training.Checkpoints.Pickles;

/// <summary>Something that a pickle names and Python would import.</summary>
/// <param name="Name">Module and name: <c>collections.OrderedDict</c>.</param>
internal abstract record PickleGlobal(string Name);
