using Grpc.Core;

namespace Ptee.Server.Services;

/// <summary>Why a call is ended though nothing in it is malformed: statuses that a caller acts on.</summary>
internal static class Refusals
{
    public static RpcException OtherBundle(string server, string edge) => new(new Status(
        StatusCode.FailedPrecondition, $"bundle ids differ: the server has {server}, the edge has {edge}"));

    public static RpcException Stopping() => new(new Status(StatusCode.Unavailable, "the server is stopping"));
}
