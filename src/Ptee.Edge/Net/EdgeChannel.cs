using System.Net.Sockets;
using Grpc.Net.Client;

namespace Ptee.Edge.Net;

/// <summary>The one gRPC channel of a device, on sockets whose bytes are counted.</summary>
internal static class EdgeChannel
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    // A cable that was pulled says nothing: without pings a dead stream would look like a slow one for minutes.
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Replies are some thirty bytes; more than this is no reply.</summary>
    private const int MaxReplyBytes = 64 << 10;

    /// <param name="gathering">Not in use yet; the channel disposes of it.</param>
    public static GrpcChannel Create(Uri server, ByteLedger ledger, PeerGreeting greeting, GatheringHandler gathering)
    {
        gathering.InnerHandler = CreateHandler(ledger, greeting);
        return GrpcChannel.ForAddress(
            server,
            new GrpcChannelOptions
            {
                HttpHandler = gathering,
                DisposeHttpClient = true,
                MaxReceiveMessageSize = MaxReplyBytes,
            });
    }

    private static SocketsHttpHandler CreateHandler(ByteLedger ledger, PeerGreeting greeting) => new()
    {
        ConnectCallback = async (context, cancellationToken) =>
        {
            // A frame is small and wanted at once: it does not wait for company.
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                greeting.Forget();
                return new CountingStream(new NetworkStream(socket, ownsSocket: true), ledger, greeting);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
        ConnectTimeout = ConnectTimeout,
        KeepAlivePingDelay = PingAfter,
        KeepAlivePingTimeout = PingTimeout,
        EnableMultipleHttp2Connections = false,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null, // Trace headers nobody asked for would be bytes on the air.
    };
}
