using Grpc.Core;

namespace Ptee.Edge.Offload;

/// <summary>Why a stream did not open or did not last.</summary>
/// <param name="IsConfiguration">Trying again does not help: somebody has to change a bundle, an address or a
/// server.</param>
/// <param name="Message">One line.</param>
internal readonly record struct LinkFault(StatusCode Status, bool IsConfiguration, string Message)
{
    private const int MaxDetail = 300;

    /// <param name="isForeign">Whether the other side has said something that is no HTTP/2.</param>
    public static LinkFault Of(RpcException exception, bool isForeign)
    {
        var code = exception.StatusCode;
        var detail = OneLine(exception.Status.Detail);
        if (isForeign || IsNoTls(exception.Status.DebugException))
        {
            return new LinkFault(code, true, "expected a Ptee server (gRPC over HTTP/2), got something else");
        }

        return code switch
        {
            StatusCode.FailedPrecondition or StatusCode.InvalidArgument or StatusCode.Unauthenticated
                or StatusCode.PermissionDenied => new LinkFault(code, true, $"refuses this device: {detail}"),
            StatusCode.Unimplemented or StatusCode.NotFound =>
                new LinkFault(code, true, $"expected a Ptee server, got: {detail}"),
            // How Grpc.Net.Client calls an answer that is not gRPC's, a web page say.
            _ when detail.StartsWith("Bad gRPC response. Invalid content-type", StringComparison.Ordinal) =>
                new LinkFault(code, true, $"expected a Ptee server, got: {detail}"),
            // Of a chain of wrapped messages the innermost says it: "Connection refused".
            _ => Passing(
                code, OneLine(exception.Status.DebugException?.GetBaseException().Message ?? $"{code}: {detail}")),
        };
    }

    public static LinkFault Passing(StatusCode code, string message) => new(code, IsConfiguration: false, message);

    private static bool IsNoTls(Exception? exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError };

    /// <summary>What a server says is bounded and on one line before anybody prints it.</summary>
    private static string OneLine(string detail)
    {
        var line = detail.ReplaceLineEndings(" ");
        return line.Length <= MaxDetail ? line : $"{line[..MaxDetail]}…";
    }
}
