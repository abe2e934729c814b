namespace Ptee.Shared.Bundles;

/// <summary>What a bundle may be at most; checked before anything is allocated.</summary>
public static class BundleLimits
{
    public const long FileBytes = 1L << 30;
    public const int Entries = 512;
    public const int ManifestBytes = 4 << 20;
    public const long EntryBytes = 512L << 20;

    /// <summary>All entries together, inflated.</summary>
    public const long TotalBytes = 1L << 30;

    /// <summary>Entries together may inflate to this many bytes for each byte of the file, and <see cref="InflatesFreely"/> more.
    /// Trained weights hardly deflate; a file of zeros deflates a thousandfold.</summary>
    public const int Inflation = 16;

    public const long InflatesFreely = 16L << 20;

    /// <summary>What all entries of a file of that size may inflate to.</summary>
    internal static long InflatedBytes(long fileBytes) => Math.Min(TotalBytes, InflatesFreely + (Inflation * fileBytes));
}
