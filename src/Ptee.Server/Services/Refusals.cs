using Grpc.Core;

namespace Ptee.Server.Services;

/// <summary>Why a call is ended though nothing in it is malformed: statuses that a caller acts on.</summary>
internal static class Refusals
{
    public static RpcException OtherBundle(string server, string edge) => new(new Status(
        StatusCode.FailedPrecondition, $"bundle ids differ: the server has {server}, the edge has {edge}"));

    /// <summary>Characters of a reason, at most: it may quote what the caller sent, and statuses travel in headers.</summary>
    public const int MaxMessage = 400;

    public static RpcException NoHello(TimeSpan limit) => new(new Status(
        StatusCode.DeadlineExceeded, $"no Hello came within {limit.TotalSeconds} s"));

    public static RpcException Idle(TimeSpan limit) => new(new Status(
        StatusCode.Unavailable, $"no frame came for {limit.TotalSeconds} s; open another stream for the next one"));

    public static RpcException Stopping() => new(new Status(StatusCode.Unavailable, "the server is stopping"));
}
