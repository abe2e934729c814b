using MessagePack;

namespace Ptee.Shared.Bundles;

/// <summary>Where weights come from. Empty text where a thing is not known.</summary>
/// <param name="Source">File name of the checkpoint, or how the weights were made.</param>
/// <param name="Sha256">Of that file, or of the weights.</param>
/// <param name="License">As the person who imported it said.</param>
/// <param name="Data">Name and fingerprint of the training images.</param>
/// <param name="Seed">0 where none was used.</param>
/// <param name="Command">The command line that made it.</param>
/// <param name="Tool">Name and version of the tool.</param>
[MessagePackObject]
public sealed record Provenance(
    [property: Key("source")] string Source,
    [property: Key("sha256")] string Sha256,
    [property: Key("license")] string License,
    [property: Key("data")] string Data,
    [property: Key("seed")] int Seed,
    [property: Key("command")] string Command,
    [property: Key("tool")] string Tool);
