using Grpc.Core;
using Ptee.Server.Hosting;
using Ptee.Server.Scheduling;
using Ptee.Shared;
using Ptee.Shared.Wire;

namespace Ptee.Server.Services;

/// <summary>Moves messages between callers and the queue. No inference and no arithmetic here.</summary>
internal sealed class SplitInferenceService(
    HelloDesk hellos,
    FrameIntake intake,
    LoadCounters load,
    ServerDescription description,
    ServerOptions options,
    TimeProvider time,
    CallGate gate) : SplitInference.SplitInferenceBase
{
    public override async Task Infer(
        IAsyncStreamReader<InferRequest> requestStream,
        IServerStreamWriter<InferReply> responseStream,
        ServerCallContext context)
    {
        using var call = gate.Enter();
        load.StreamOpened();
        try
        {
            using var session = new StreamSession(
                hellos, intake, new ReplySink(load, Connection(context)), options, time, gate.Stopping);
            await session.RunAsync(requestStream, responseStream, context.CancellationToken);
        }
        finally
        {
            load.StreamClosed();
        }
    }

    public override async Task<InferReply> InferOnce(InferOnceRequest request, ServerCallContext context)
    {
        using var call = gate.Enter();
        var agreement = hellos.Accept(request.Hello);
        var frame = request.Frame ?? throw new PteeFormatException("expected a frame beside Hello, got none");
        var replies = new ReplySink(load, Connection(context));
        intake.Take(
            agreement, FrameFields.Of(frame, before: null), frame.Payload.Span, replies, context.CancellationToken);
        return await replies.Replies.ReadAsync(context.CancellationToken);
    }

    public override Task<DescribeReply> Describe(DescribeRequest request, ServerCallContext context) =>
        Task.FromResult(description.Now());

    private static string Connection(ServerCallContext context) => context.GetHttpContext().Connection.Id;
}
