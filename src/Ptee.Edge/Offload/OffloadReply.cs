using Ptee.Shared.Inference;

namespace Ptee.Edge.Offload;

/// <param name="Answer">Of the server; default unless <paramref name="Status"/> is Answered.</param>
/// <param name="Sent">Whether the payload was given to the stream; it may wait there for the frame behind it.</param>
public readonly record struct OffloadReply(OffloadStatus Status, ExitAnswer Answer, bool Sent);
