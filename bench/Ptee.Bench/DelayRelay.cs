using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Ptee.Shared;

namespace Ptee.Bench;

/// <summary>Passes TCP connections on and holds each byte back for a while, in both directions: a way that is long.</summary>
internal static class DelayRelay
{
    private const int Chunk = 64 << 10;

    /// <summary>Until it is cancelled. Says the address that it listens on in its first line.</summary>
    public static async Task RunAsync(string listen, string to, TimeSpan delay, CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(Parse(listen));
        listener.Start();
        Console.WriteLine($"relay: listening on http://{listener.LocalEndpoint}");
        while (true)
        {
            var near = await listener.AcceptTcpClientAsync(cancellationToken);
            var far = new TcpClient { NoDelay = true };
            await far.ConnectAsync(Parse(to), cancellationToken);
            near.NoDelay = true;
            _ = PassAsync(near, far, delay, cancellationToken);
        }
    }

    private static IPEndPoint Parse(string text) => IPEndPoint.TryParse(text, out var address)
        ? address
        : throw new PteeFormatException($"'{text}': expected an address and a port, as 127.0.0.1:5210");

    private static async Task PassAsync(TcpClient near, TcpClient far, TimeSpan delay, CancellationToken cancellationToken)
    {
        using (near)
        using (far)
        {
            await Task.WhenAll(
                CopyAsync(near.GetStream(), far.GetStream(), delay, cancellationToken),
                CopyAsync(far.GetStream(), near.GetStream(), delay, cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One direction: reading does not wait for writing, so what comes close together leaves close together.</summary>
    private static async Task CopyAsync(NetworkStream from, NetworkStream to, TimeSpan delay, CancellationToken cancellationToken)
    {
        var waiting = Channel.CreateUnbounded<(long Since, byte[] Bytes)>();
        var writing = WriteAsync();
        var buffer = new byte[Chunk];
        try
        {
            while (await from.ReadAsync(buffer, cancellationToken) is > 0 and var count)
            {
                waiting.Writer.TryWrite((TimeProvider.System.GetTimestamp(), buffer[..count]));
            }
        }
        finally
        {
            waiting.Writer.TryComplete();
            await writing;
            to.Socket.Shutdown(SocketShutdown.Send);
        }

        async Task WriteAsync()
        {
            await foreach (var (since, bytes) in waiting.Reader.ReadAllAsync(cancellationToken))
            {
                var rest = delay - TimeProvider.System.GetElapsedTime(since);
                if (rest > TimeSpan.Zero)
                {
                    await Task.Delay(rest, cancellationToken);
                }

                await to.WriteAsync(bytes, cancellationToken);
            }
        }
    }
}
