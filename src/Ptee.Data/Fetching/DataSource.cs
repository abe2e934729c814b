namespace Ptee.Data.Fetching;

/// <summary>A data set's files and where they are to be had, as data: tests bring their own.</summary>
/// <param name="Name">The set's; also its folder below the data root.</param>
/// <param name="Places">Tried in this order, until nothing is wanted any more.</param>
internal sealed record DataSource(string Name, IReadOnlyList<DataFile> Files, IReadOnlyList<DataPlace> Places);
