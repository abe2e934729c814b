using Google.Protobuf;
using Ptee.Shared.Wire;

namespace Ptee.Edge.Offload;

/// <summary>Makes the frames of one stream: a field that is as in the frame before is left out.</summary>
internal sealed class FrameFields(TimeProvider time, TimeSpan deadline)
{
    private ulong? _id;
    private uint? _cut;
    private uint? _codec;
    private uint? _deadlineMs;

    /// <summary>Its payload is not copied: not to be written to before it was sent.</summary>
    public FeatureFrame Next(PendingFrame pending) =>
        Next(pending.Id, (uint)pending.Cut, (uint)pending.Codec, Milliseconds(DeadlineOf(pending)), pending.Payload);

    /// <param name="id">Left out when it is the last one plus 1.</param>
    internal FeatureFrame Next(ulong id, uint cut, uint codec, uint deadlineMs, ReadOnlyMemory<byte> payload)
    {
        var frame = new FeatureFrame { Payload = UnsafeByteOperations.UnsafeWrap(payload) };
        if (id != _id + 1) // With no frame before, that is null, which is no id's equal.
        {
            frame.Id = id;
        }

        if (cut != _cut)
        {
            frame.Cut = cut;
        }

        if (codec != _codec)
        {
            frame.Codec = codec;
        }

        if (deadlineMs != _deadlineMs)
        {
            frame.DeadlineMs = deadlineMs;
        }

        (_id, _cut, _codec, _deadlineMs) = (id, cut, codec, deadlineMs);
        return frame;
    }

    /// <summary>What a frame that goes a second time has left; all others say the same and so mostly nothing.</summary>
    private TimeSpan DeadlineOf(PendingFrame pending) =>
        pending.WasSent ? time.GetElapsedTime(time.GetTimestamp(), pending.Until) : deadline;

    private static uint Milliseconds(TimeSpan left) => (uint)Math.Max(1, left.TotalMilliseconds);
}
