using System.Net;
using System.Net.Sockets;

namespace Ptee.Tests.Edge.Net;

/// <summary>An address that drops what it is sent: a listener that accepts nobody and whose queue is full.</summary>
internal sealed class DeafAddress : IDisposable
{
    private readonly List<Socket> _sockets = [];

    /// <param name="port">Of a loopback address that others leave alone.</param>
    public DeafAddress(int port)
    {
        var end = new IPEndPoint(Address, port);
        var listener = New();
        listener.Bind(end);
        listener.Listen(0);
        for (var i = 0; i < 4; i++)
        {
            _ = New().ConnectAsync(end).ContinueWith(connecting => _ = connecting.Exception, TaskScheduler.Default);
        }
    }

    public static IPAddress Address { get; } = IPAddress.Parse("127.0.0.9");

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

    private Socket New()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        return socket;
    }
}
