using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Ptee.Server.Services;
using Ptee.Shared;
using Ptee.Shared.IO;

namespace Ptee.Server.Hosting;

/// <summary>The one place where an exception becomes a gRPC status.</summary>
internal sealed partial class StatusInterceptor(ILogger<StatusInterceptor> logger) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, () => continuation(request, context));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) => GuardAsync(context, async () =>
    {
        await continuation(requestStream, responseStream, context);
        return true;
    });

    internal static Status ToStatus(Exception exception) => exception switch
    {
        PteeFormatException => new Status(StatusCode.InvalidArgument, Printable.Clip(exception.Message, Refusals.MaxMessage)),
        InvalidProtocolBufferException => new Status(StatusCode.InvalidArgument, "not a message of ptee.v1"),
        OperationCanceledException => new Status(StatusCode.Cancelled, "cancelled"),
        // No call here touches a file: what breaks is the connection, often before its token says so.
        IOException => new Status(StatusCode.Cancelled, "the caller has gone"),
        _ => new Status(StatusCode.Internal, "internal error"), // The message may hold paths: the log has it.
    };

    private async Task<T> GuardAsync<T>(ServerCallContext context, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            // A caller that goes away breaks reads and writes in many ways; none of them is a fault here.
            var status = context.CancellationToken.IsCancellationRequested
                ? new Status(StatusCode.Cancelled, "the caller has gone")
                : ToStatus(exception);
            if (status.StatusCode == StatusCode.Internal)
            {
                LogUnexpected(context.Method, exception);
            }

            throw new RpcException(status);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed")]
    private partial void LogUnexpected(string method, Exception exception);
}
