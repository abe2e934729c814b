using MessagePack;

namespace Ptee.Shared.Bundles;

/// <summary>An early exit; exit i sits at cut i. The backbone's own head is not in this list.</summary>
/// <param name="Name">That of its cut.</param>
/// <param name="Branch">Kind, from <see cref="Architectures.Branches.Names"/>.</param>
/// <param name="Confidence">Kind of confidence head, from <see cref="Architectures.ConfidenceHeads.Names"/>.</param>
/// <param name="Macs">Of the branch alone, both heads included.</param>
[MessagePackObject]
public sealed record ExitDescription(
    [property: Key("name")] string Name,
    [property: Key("branch")] string Branch,
    [property: Key("confidence")] string Confidence,
    [property: Key("macs")] long Macs);
