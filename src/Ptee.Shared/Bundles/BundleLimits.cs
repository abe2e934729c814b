namespace Ptee.Shared.Bundles;

/// <summary>What a bundle may be at most; checked before anything is allocated.</summary>
public static class BundleLimits
{
    public const long FileBytes = 1L << 30;
    public const int Entries = 512;
    public const int ManifestBytes = 4 << 20;
    public const long EntryBytes = 512L << 20;
}
