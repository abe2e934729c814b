using Ptee.Edge.Net;

namespace Ptee.Tests.Edge.Net;

public sealed class GatheringStreamTests : IDisposable
{
    private readonly GatheringHandler _handler = new(new HttpClientHandler());
    private readonly WriteLog _log = new();
    private readonly GatheringStream _stream;

    public GatheringStreamTests() => _stream = new GatheringStream(_log, _handler);

    [Fact]
    public async Task A_message_with_none_behind_it_goes_at_once()
    {
        await SendAsync(first: 1, bytes: 300, moreFollows: false);

        Assert.Equal(["1 × 300", "flush"], _log.Lines);
    }

    [Fact]
    public async Task Messages_go_with_the_last_of_them()
    {
        await SendAsync(first: 1, bytes: 300, moreFollows: true);
        await SendAsync(first: 2, bytes: 200, moreFollows: true);
        Assert.Empty(_log.Lines);

        await SendAsync(first: 3, bytes: 100, moreFollows: false);

        Assert.Equal(["1 × 600", "flush"], _log.Lines);
        Assert.Equal([.. Message(1, 300), .. Message(2, 200), .. Message(3, 100)], _log.ToArray());
    }

    [Fact]
    public async Task No_more_waits_than_the_bound_however_many_follow()
    {
        const int Bytes = 1_000;
        for (var sent = Bytes; sent <= 100 * Bytes; sent += Bytes)
        {
            await SendAsync(first: 1, Bytes, moreFollows: true);
            Assert.InRange(sent - _log.Length, 0, GatheringStream.MostBytes);
        }

        Assert.Equal(["1 × 16000", "flush"], _log.Lines.Take(2));
    }

    [Fact]
    public async Task A_message_above_the_bound_waits_for_nobody_and_overtakes_nobody()
    {
        await SendAsync(first: 1, bytes: 300, moreFollows: true);
        await SendAsync(first: 2, bytes: GatheringStream.MostBytes + 1, moreFollows: true);

        Assert.Equal(["1 × 300", "flush", "2 × 16385", "flush"], _log.Lines);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _log.Dispose();
        _handler.Dispose();
    }

    /// <summary>As Grpc.Net.Client does it.</summary>
    private async Task SendAsync(byte first, int bytes, bool moreFollows)
    {
        _handler.MoreFollows = moreFollows;
        await _stream.WriteAsync(Message(first, bytes));
        await _stream.FlushAsync();
    }

    private static byte[] Message(byte first, int bytes)
    {
        var message = new byte[bytes];
        message[0] = first;
        return message;
    }

    private sealed class WriteLog : MemoryStream
    {
        /// <summary>Of each write its first byte and its length.</summary>
        public List<string> Lines { get; } = [];

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Lines.Add($"{buffer.Span[0]} × {buffer.Length}");
            return base.WriteAsync(buffer, cancellationToken);
        }

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            Lines.Add("flush");
            return Task.CompletedTask;
        }
    }
}
