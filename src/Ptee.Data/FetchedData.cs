namespace Ptee.Data;

/// <summary>What a fetch did.</summary>
/// <param name="Folder">Where the set's files are, all of them verified.</param>
/// <param name="Files">The files that were fetched; empty when all were there.</param>
/// <param name="From">The place that gave the last of them, or null.</param>
public sealed record FetchedData(string Folder, IReadOnlyList<string> Files, string? From);
