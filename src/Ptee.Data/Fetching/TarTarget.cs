namespace Ptee.Data.Fetching;

/// <summary>Where a file of an archive goes, and how large it may be.</summary>
internal readonly record struct TarTarget(string Path, long MaxBytes);
