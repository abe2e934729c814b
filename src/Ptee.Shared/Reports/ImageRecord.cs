namespace Ptee.Shared.Reports;

/// <summary>One picture's answer, as <c>ptee-edge classify --json</c> writes it.</summary>
/// <param name="Index">Place in the input, from 0.</param>
/// <param name="Image">File name, or <c>set#index</c>.</param>
/// <param name="Label">The true class where the input knows it.</param>
/// <param name="Class">Index of the answered class; −1 when the picture failed.</param>
/// <param name="ClassName">Its label; empty when the picture failed.</param>
/// <param name="Exit">Index of the exit that answered; the number of early exits = the backbone's own; −1 when failed.</param>
/// <param name="Tier"><c>edge</c> or <c>server</c>; empty when failed.</param>
/// <param name="Degraded">The server was wanted and did not answer: this is the deepest local exit's answer.</param>
/// <param name="Score">Of the gate, in [0, 1], higher = surer.</param>
/// <param name="Probability">Softmax of the answered class.</param>
/// <param name="LatencyMs">From the picture being taken up to its answer.</param>
/// <param name="PayloadBytes">Coded features or picture that was sent; 0 when nothing was.</param>
/// <param name="Codec">That it was sent with; empty when nothing was.</param>
/// <param name="Error">One line when the picture failed; else null.</param>
/// <param name="BelowThreshold">The score did not reach the exit's threshold, and no later exit was asked: always so when degraded,
/// and where a device without a server has only a part of the network. Never of the backbone's own exit, which has no threshold.</param>
public sealed record ImageRecord(
    int Index,
    string Image,
    int? Label,
    int Class,
    string ClassName,
    int Exit,
    string Tier,
    bool Degraded,
    double Score,
    double Probability,
    double LatencyMs,
    int PayloadBytes,
    string Codec,
    string? Error,
    bool BelowThreshold = false)
{
    public const string EdgeTier = "edge";
    public const string ServerTier = "server";
}
