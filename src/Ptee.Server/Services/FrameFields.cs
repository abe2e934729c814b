using Ptee.Shared.Wire;

namespace Ptee.Server.Services;

/// <summary>A frame's fields with those that were left out filled in.</summary>
/// <param name="Cut">Null until a frame of the stream has given one.</param>
/// <param name="DeadlineMs">After arrival; 0 = never too late.</param>
internal readonly record struct FrameFields(ulong Id, uint? Cut, uint Codec, uint DeadlineMs)
{
    /// <param name="before">
    /// The frame before on this stream, also when it was refused: the sender cannot know that yet. Null for the first.
    /// </param>
    public static FrameFields Of(FeatureFrame frame, FrameFields? before) => new(
        frame.HasId ? frame.Id : unchecked(before?.Id + 1) ?? 0,
        frame.HasCut ? frame.Cut : before?.Cut,
        frame.HasCodec ? frame.Codec : before?.Codec ?? 0,
        frame.HasDeadlineMs ? frame.DeadlineMs : before?.DeadlineMs ?? 0);
}
