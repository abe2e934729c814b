using Ptee.Shared.Bundles;
using Ptee.Shared.Inference;
using Ptee.Shared.Reports;

namespace Ptee.Edge.Classification;

/// <summary>An image that the device works on, and the records that may become of it.</summary>
/// <param name="Since">Timestamp of its being taken up.</param>
internal readonly record struct TakenImage(int Index, string Name, int? Label, long Since)
{
    /// <param name="isSure">Of an early exit: the score reached its threshold.</param>
    public ImageRecord Answered(
        Manifest manifest, ExitAnswer answer, string tier, bool isSure, bool degraded, double latencyMs, int payloadBytes, string codec) =>
        new(
        Index,
        Name,
        Label,
        answer.Class,
        manifest.Labels[answer.Class],
        answer.Exit,
        tier,
        degraded,
        answer.Score,
        answer.Probability,
        latencyMs,
        payloadBytes,
        codec,
        Error: null,
        BelowThreshold: !isSure);

    public ImageRecord Failed(double latencyMs, string error, int payloadBytes = 0, string codec = "") => new(
        Index,
        Name,
        Label,
        Class: -1,
        ClassName: "",
        Exit: -1,
        Tier: "",
        Degraded: false,
        Score: 0,
        Probability: 0,
        latencyMs,
        payloadBytes,
        codec,
        error);
}
