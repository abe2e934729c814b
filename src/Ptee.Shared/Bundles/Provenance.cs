using MessagePack;

namespace Ptee.Shared.Bundles;

/// <summary>Where weights come from. Empty text where a thing is not known.</summary>
/// <param name="Source">File name of the checkpoint, or how the weights were made.</param>
/// <param name="Sha256">Of that file, or of the weights.</param>
/// <param name="License">As the person who imported it said.</param>
/// <param name="Data">Name and fingerprint of the training images; <see cref="DataThen"/> where there were several trainings.</param>
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
    [property: Key("tool")] string Tool)
{
    private const string Unknown = "unknown";
    private const string Then = ", then ";

    /// <summary>What each training learned from, in their order; empty where that is not known.</summary>
    [IgnoreMember]
    public IReadOnlyList<string> Trainings => [.. Data.Split(Then).Select(data => data == Unknown ? "" : data)];

    /// <summary>As <see cref="Data"/> says it of weights that go on from these.</summary>
    public string DataThen(string next) => (Data.Length > 0 ? Data : Unknown) + Then + next;
}
