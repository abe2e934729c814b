namespace Ptee.Training.Plots;

/// <summary>Sample pictures that one exit answered.</summary>
/// <param name="Name">Of the exit.</param>
/// <param name="Tier">Where it ran, a tier of an image record.</param>
/// <param name="Count">Images that it answered in all.</param>
/// <param name="Pictures">Index of each picture, what is written below it, and whether that is known to be wrong.</param>
public sealed record SampleRow(string Name, string Tier, int Count, IReadOnlyList<(int Index, string Caption, bool Wrong)> Pictures);
