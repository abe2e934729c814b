namespace Ptee.Data;

/// <summary>A picture of a folder, not read yet.</summary>
/// <param name="Name">Its path from the folder on, as it is.</param>
/// <param name="Label">Place of its folder among the classes; null: it is in none.</param>
public sealed record ListedPicture(string Path, string Name, int? Label);
