using System.Buffers.Binary;
using System.Net.Sockets;

namespace Ptee.Tests.Server;

/// <summary>The bytes are written from RFC 9113 and RFC 7541 by hand: no client says https on a connection without TLS.</summary>
public sealed class BehindTlsProxyTests
{
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte EndOfStreamAndHeaders = 5;

    [Fact]
    public async Task A_request_that_a_proxy_passes_on_as_https_is_answered()
    {
        using var limit = new CancellationTokenSource(RunningServer.Limit);
        await using var server = await RunningServer.StartAsync(new ScriptedEngine(Frames.Bundle.Manifest));
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", new Uri(server.Host.Urls[0]).Port, limit.Token);
        byte[] fields = [0x82, 0x87, 0x84, 0x41, 1, (byte)'x']; // GET, https, /, and an authority.

        await client.GetStream().WriteAsync(
            (byte[])[.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, []), .. Frame(Headers, EndOfStreamAndHeaders, 1, fields)],
            limit.Token);

        Assert.Equal(Headers, await FirstTypeOnStream1Async(client.GetStream(), limit.Token)); // And not RST_STREAM, 3.
    }

    private static byte[] Frame(byte type, byte flags, byte stream, byte[] content) =>
        [0, 0, (byte)content.Length, type, flags, 0, 0, 0, stream, .. content];

    private static async Task<byte> FirstTypeOnStream1Async(NetworkStream stream, CancellationToken cancellationToken)
    {
        var header = new byte[9];
        while (true)
        {
            await stream.ReadExactlyAsync(header, cancellationToken);
            if (header[8] == 1)
            {
                return header[3];
            }

            await stream.ReadExactlyAsync(new byte[BinaryPrimitives.ReadInt32BigEndian(header) >> 8], cancellationToken);
        }
    }
}
