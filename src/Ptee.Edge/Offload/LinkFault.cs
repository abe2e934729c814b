using Grpc.Core;
using Ptee.Edge.Net;
using Ptee.Shared.IO;

namespace Ptee.Edge.Offload;

/// <summary>Why a stream did not open or did not last.</summary>
/// <param name="Kind">What helps.</param>
/// <param name="Message">One line.</param>
internal readonly record struct LinkFault(StatusCode Status, LinkFaultKind Kind, string Message)
{
    private const int MaxDetail = 300;

    /// <summary>How Grpc.Net.Client begins what it says of an answer of plain HTTP.</summary>
    private const string BadHttpStatus = "Bad gRPC response. HTTP status code: ";

    public bool IsConfiguration => Kind == LinkFaultKind.Configuration;

    /// <param name="server">As it was asked for.</param>
    /// <param name="spoken">What it says on that connection.</param>
    public static LinkFault Of(RpcException exception, Uri server, PeerLanguage spoken)
    {
        var code = exception.StatusCode;
        var detail = OneLine(exception.Status.Detail);
        var cause = exception.Status.DebugException;
        if (WrongLanguage(server, spoken, cause) is { } words)
        {
            return new LinkFault(code, LinkFaultKind.Configuration, words);
        }

        return code switch
        {
            StatusCode.FailedPrecondition or StatusCode.InvalidArgument or StatusCode.Unauthenticated
                or StatusCode.PermissionDenied => new LinkFault(code, LinkFaultKind.Configuration, $"refuses this device: {detail}"),
            StatusCode.Unimplemented or StatusCode.NotFound =>
                new LinkFault(code, LinkFaultKind.Configuration, $"expected a Ptee server, got: {detail}"),
            // How Grpc.Net.Client calls an answer that is not gRPC's, a web page say.
            _ when detail.StartsWith("Bad gRPC response. Invalid content-type", StringComparison.Ordinal) =>
                new LinkFault(code, LinkFaultKind.Configuration, $"expected a Ptee server, got: {detail}"),
            // Of a chain of wrapped messages the innermost says it: "Connection refused".
            _ => new LinkFault(
                code,
                IsOfStream(cause) ? LinkFaultKind.StreamEnded : LinkFaultKind.Passing,
                cause is not null ? OneLine(cause.GetBaseException().Message)
                    : detail.StartsWith(BadHttpStatus, StringComparison.Ordinal) ? $"a proxy answers in its place: HTTP status {detail[BadHttpStatus.Length..]}"
                    : $"{code}: {detail}"),
        };
    }

    /// <summary>The server speaks TLS, and the device was not told to.</summary>
    public static string WantsTls(Uri server) => $"speaks TLS, and the address begins with http://; expected https://{server.Authority}";

    /// <summary>What a person has to change where the two do not speak the same language.</summary>
    private static string? WrongLanguage(Uri server, PeerLanguage spoken, Exception? cause)
    {
        if (server.Scheme == Uri.UriSchemeHttp)
        {
            return spoken switch
            {
                PeerLanguage.Tls => WantsTls(server),
                PeerLanguage.OtherHttp or PeerLanguage.Other => "expected a Ptee server (gRPC over HTTP/2), got something else",
                _ => null,
            };
        }

        return spoken switch
        {
            PeerLanguage.Http2 or PeerLanguage.OtherHttp => $"speaks HTTP without TLS, and the address begins with https://; expected http://{server.Authority}",
            _ when cause is not HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => null,
            PeerLanguage.Tls => $"TLS cannot be set up: {OneLine(cause.GetBaseException().Message)}",
            _ => $"does not answer in TLS, and the address begins with https://; where it speaks plain HTTP, expected http://{server.Authority}",
        };
    }

    /// <summary>
    /// Whether only the stream is over: the server said so in a status of its own, or it or a proxy reset the stream or takes no new
    /// ones (RFC 9113, 7). Any other end is that of the connection.
    /// </summary>
    private static bool IsOfStream(Exception? cause)
    {
        const int noError = 0, protocolError = 1, internalError = 2, refusedStream = 7, cancel = 8; // nginx: 1 for a time that is over, 2 for a size.
        var isSaid = cause is null;
        for (; cause is not null && !isSaid; cause = cause.InnerException)
        {
            isSaid = cause is HttpProtocolException { ErrorCode: noError or protocolError or internalError or refusedStream or cancel };
        }

        return isSaid;
    }

    /// <summary>What a server says is bounded, printable and on one line before anybody reads it.</summary>
    private static string OneLine(string detail) => Printable.Clip(detail.ReplaceLineEndings(" "), MaxDetail);
}
