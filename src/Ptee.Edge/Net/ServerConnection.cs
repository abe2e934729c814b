using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Net.Client;

namespace Ptee.Edge.Net;

/// <summary>The way to one server: sockets whose bytes are counted, and a channel for each call that goes over them.</summary>
internal sealed class ServerConnection : IDisposable
{
    /// <summary>With the TLS handshake; the addresses of the name have <see cref="StaggeredConnector.Limit"/> of it.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(1);

    // A cable that was pulled says nothing: without pings a dead stream would look like a slow one for minutes.
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Replies are some thirty bytes; more than this is no reply.</summary>
    private const int MaxReplyBytes = 64 << 10;

    private readonly Uri _server;
    private readonly ByteLedger _ledger;
    private readonly StaggeredConnector _connector;
    private readonly PeerGreeting _greeting = new();
    private readonly SocketsHttpHandler _sockets;

    public ServerConnection(Uri server, ByteLedger ledger, StaggeredConnector connector)
    {
        (_server, _ledger, _connector) = (server, ledger, connector);
        _sockets = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = await connector.ConnectAsync(context.DnsEndPoint, cancellationToken);
                _greeting.Begin();
                return new CountingStream(new NetworkStream(socket, ownsSocket: true), ledger, _greeting);
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

    /// <summary>What the server speaks, by the latest connection.</summary>
    public PeerLanguage Spoken => _greeting.Language;

    /// <summary>All channels share the connections.</summary>
    /// <returns>The caller disposes of the channel, and with it of its calls; and of none of the others.</returns>
    public (GrpcChannel Channel, GatheringHandler Gathering) Open()
    {
        var gathering = new GatheringHandler(_sockets);
        return (GrpcChannel.ForAddress(
            _server,
            new GrpcChannelOptions { HttpHandler = gathering, MaxReceiveMessageSize = MaxReplyBytes }), gathering);
    }

    /// <summary>Asks, on a connection of its own: a server that wants TLS may hang up on anything else without a word.</summary>
    public async Task<bool> SpeaksTlsAsync(CancellationToken cancellationToken)
    {
        var greeting = new PeerGreeting();
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(ProbeTimeout);
        try
        {
            var socket = await _connector.ConnectAsync(new DnsEndPoint(_server.IdnHost, _server.Port), bound.Token);
            await using var tls = new SslStream(new CountingStream(new NetworkStream(socket, ownsSocket: true), _ledger, greeting));
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = _server.IdnHost }, bound.Token);
        }
        catch (Exception exception) when (
            exception is AuthenticationException or IOException or SocketException or TimeoutException or OperationCanceledException)
        {
            // Whether its certificate is a good one does not matter here, only what it said.
        }

        return greeting.Language == PeerLanguage.Tls;
    }

    public void Dispose() => _sockets.Dispose();
}
