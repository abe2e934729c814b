using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Ptee.Shared;

namespace Ptee.Server.Hosting;

/// <summary>The one place where an exception becomes a gRPC status.</summary>
internal sealed partial class StatusInterceptor(ILogger<StatusInterceptor> logger) : Interceptor
{
    /// <summary>A message may quote what the caller sent, and statuses travel in headers.</summary>
    private const int MaxMessage = 400;

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
        PteeFormatException => new Status(StatusCode.InvalidArgument, OneLine(exception.Message)),
        InvalidProtocolBufferException => new Status(StatusCode.InvalidArgument, "not a message of ptee.v1"),
        OperationCanceledException => new Status(StatusCode.Cancelled, "cancelled"),
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

    private static string OneLine(string message)
    {
        var clipped = message.Length <= MaxMessage ? message : $"{message.AsSpan(0, MaxMessage)}…";
        return string.Concat(clipped.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed")]
    private partial void LogUnexpected(string method, Exception exception);
}
