using Ptee.Server.Hosting;
using Ptee.Server.Scheduling;
using Ptee.Shared;
using Ptee.Shared.Inference;
using Ptee.Shared.Wire;

namespace Ptee.Server.Services;

/// <summary>What this server runs, its limits, and its load at the moment of asking.</summary>
internal sealed class ServerDescription(
    ServedModel model, IEngine engine, ServerOptions options, FrameQueue queue, LoadCounters load)
{
    public DescribeReply Now()
    {
        var cuts = model.Manifest.Cuts;
        return new DescribeReply
        {
            BundleId = model.BundleId,
            Architecture = model.Manifest.Architecture.Name,
            Cuts =
            {
                cuts.Select((cut, index) => new Cut
                {
                    Index = (uint)index,
                    Name = cut.Name,
                    Shape = { (uint)cut.Shape.Channels, (uint)cut.Shape.Height, (uint)cut.Shape.Width },
                }),
            },
            Codecs = { model.CodecNames },
            FramesInFlight = (uint)options.FramesInFlight,
            QueueLimit = (uint)queue.Limit,
            Engine = engine.Name,
            Load = LoadNow(),
        };
    }

    private Load LoadNow() => new()
    {
        Streams = (uint)load.Streams,
        QueuedFrames = (uint)queue.Count,
        Answered = (ulong)load.Answered,
        Failed = (ulong)load.Failed,
        LiveTensors = (ulong)engine.LiveTensors,
        ResidentBytes = (ulong)ProcessMemory.Resident(),
        PeakBytes = (ulong)ProcessMemory.Peak(),
    };
}
