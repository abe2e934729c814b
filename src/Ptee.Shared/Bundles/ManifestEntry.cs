using MessagePack;

namespace Ptee.Shared.Bundles;

/// <summary>A file of the bundle beside the manifest.</summary>
/// <param name="Name">Path inside the zip, with slashes.</param>
/// <param name="Bytes">Inflated size.</param>
/// <param name="Sha256">Of the inflated bytes, lower-case hex.</param>
[MessagePackObject]
public sealed record ManifestEntry(
    [property: Key("name")] string Name,
    [property: Key("bytes")] long Bytes,
    [property: Key("sha256")] string Sha256);
