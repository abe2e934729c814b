using Ptee.Shared.Wire;

namespace Ptee.Bench.Attacks;

/// <summary>Many connections or streams that ask for room and want nothing.</summary>
internal static class Floods
{
    private const int ManyConnections = 300;
    private const int Mass = 100;
    private const int CancellingConnections = 4;
    private const int PromisedBytes = 30_000;
    private const int GivenBytes = 9_000;
    private const int UnfinishedPrefaces = 300;
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ForReady = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BetweenBytes = TimeSpan.FromSeconds(1);

    /// <summary>Connections from one address that say nothing at all.</summary>
    public static Task IdleConnectionsAsync(AttackTarget target, int count, CancellationToken stop) =>
        AttackTarget.RepeatAsync(count, async (_, stop) =>
        {
            using var connection = await RawConnection.OpenAsync(target.Server, AttackTarget.From(0), target.Tally, stop, silent: true);
            await connection.Ended;
        }, stop);

    /// <summary>As many streams as each connection may have, from many addresses; each says Hello and then the first part of a message.</summary>
    public static Task HalfMessagesAsync(AttackTarget target, CancellationToken stop) =>
        AttackTarget.RepeatAsync(ManyConnections, async (i, stop) =>
        {
            using var connection = await RawConnection.OpenAsync(target.Server, AttackTarget.From(i), target.Tally, stop);
            await OpenStreamsAsync(connection, target, stop);
            for (var stream = 0; stream < connection.Streams; stream++)
            {
                var bytes = connection.TakeWindow(Math.Min(GivenBytes, connection.StreamWindow / 2));
                var part = Http2Frames.Message(new byte[bytes], PromisedBytes);
                await connection.SendAsync(Http2Frames.Of(Http2Kind.Data, 0, Id(stream), part.AsSpan(0, bytes)), stop);
            }

            await connection.Ended;
        }, stop);

    /// <summary>A hundred connections' streams that are accepted and then end at once; and again.</summary>
    public static async Task MassCloseAsync(AttackTarget target, CancellationToken stop)
    {
        while (true)
        {
            var connections = await Task.WhenAll(Enumerable.Range(0, Mass).Select(i => OpenMassAsync(i)));
            await Task.Delay(Held, stop);
            foreach (var connection in connections)
            {
                connection?.Dispose();
            }
        }

        async Task<RawConnection?> OpenMassAsync(int i)
        {
            try
            {
                var connection = await RawConnection.OpenAsync(target.Server, AttackTarget.From(i), target.Tally, stop);
                await OpenStreamsAsync(connection, target, stop);
                return connection;
            }
            catch (System.Net.Sockets.SocketException)
            {
                return null;
            }
        }
    }

    /// <summary>Streams with two frames on their way that are given up; and again on another connection.</summary>
    public static Task CancelsAsync(AttackTarget target, CancellationToken stop) =>
        AttackTarget.RepeatAsync(CancellingConnections, async (i, stop) =>
        {
            var frames = Http2Frames.Message(Google.Protobuf.MessageExtensions.ToByteArray(new InferRequest { Frame = target.Frame }));
            while (true)
            {
                using var connection = await RawConnection.OpenAsync(target.Server, AttackTarget.From(i), target.Tally, stop);
                await OpenStreamsAsync(connection, target, stop);
                await Task.WhenAny(connection.Ended, Task.Delay(ForReady, stop));
                for (var stream = 0; stream < connection.Streams; stream++)
                {
                    // What the windows allow: a server that ends the connection for more than that is spared the rest.
                    if (connection.TakeWindow(2 * frames.Length) == 2 * frames.Length && connection.StreamWindow >= 2 * frames.Length)
                    {
                        await connection.SendAsync(Http2Frames.Of(Http2Kind.Data, 0, Id(stream), Http2Frames.Join(frames, frames)), stop);
                    }

                    await connection.SendAsync(Http2Frames.Of(Http2Kind.ResetStream, Id(stream), Http2Frames.Cancel), stop);
                }
            }
        }, stop);

    /// <summary>Prefaces that come a byte a second, and whole ones that nothing follows.</summary>
    public static Task PrefacesAsync(AttackTarget target, CancellationToken stop) =>
        AttackTarget.RepeatAsync(UnfinishedPrefaces, async (i, stop) =>
        {
            var isWhole = i % 2 == 0;
            using var connection = await RawConnection.OpenAsync(target.Server, AttackTarget.From(0), target.Tally, stop, silent: !isWhole);
            for (var sent = 0; !isWhole && sent < Http2Frames.Preface.Length && !connection.Ended.IsCompleted; sent++)
            {
                await connection.SendAsync(Http2Frames.Preface.AsMemory(sent, 1), stop);
                target.Tally.Sent();
                await Task.WhenAny(connection.Ended, Task.Delay(BetweenBytes, stop));
            }

            await connection.Ended;
        }, stop);

    private static async Task OpenStreamsAsync(RawConnection connection, AttackTarget target, CancellationToken stop)
    {
        await connection.Settled.WaitAsync(stop);
        var hello = new InferRequest { Hello = target.Hello() };
        var streams = Enumerable.Range(0, connection.Streams).Select(stream => Http2Frames.Join(
            Http2Frames.Of(Http2Kind.Headers, Http2Frames.EndOfHeaders, Id(stream), Http2Frames.InferHeaders),
            Http2Frames.Data(Id(stream), hello)));
        var bytes = Http2Frames.Join(streams);
        connection.TakeWindow(bytes.Length);
        await connection.SendAsync(bytes, stop);
        target.Tally.Sent(connection.Streams);
    }

    /// <summary>A caller's streams have odd numbers.</summary>
    private static int Id(int stream) => (2 * stream) + 1;
}
