namespace Ptee.Data.Sets;

/// <summary>A named part of a data set.</summary>
/// <param name="Files">The files it is read from, in this order.</param>
/// <param name="Images">Which of the images in these files.</param>
internal sealed record SetPart(string Name, IReadOnlyList<string> Files, Range Images);
