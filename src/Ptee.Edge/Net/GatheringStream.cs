using System.Buffers;

namespace Ptee.Edge.Net;

/// <summary>
/// Where Grpc.Net.Client writes its messages and flushes after each. A message with another behind it waits for that one,
/// so both are one HTTP/2 DATA frame and one write to the socket.
/// </summary>
/// <param name="inner">HTTP/2's side of the request stream; its owner disposes of it.</param>
internal sealed class GatheringStream(Stream inner, GatheringHandler handler) : Stream
{
    /// <summary>No more waits here: a DATA frame that every HTTP/2 server takes (RFC 9113, 6.5.2).</summary>
    internal const int MostBytes = 16 << 10;

    private readonly ArrayBufferWriter<byte> _waiting = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_waiting.WrittenCount > 0 && _waiting.WrittenCount + buffer.Length > MostBytes)
        {
            await SendAsync(cancellationToken);
        }

        if (_waiting.WrittenCount == 0 && (buffer.Length > MostBytes || !handler.MoreFollows))
        {
            await inner.WriteAsync(buffer, cancellationToken);
        }
        else
        {
            _waiting.Write(buffer.Span);
        }
    }

    public override void Flush() => throw new NotSupportedException();

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        _waiting.WrittenCount > 0 && handler.MoreFollows ? Task.CompletedTask : SendAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        if (_waiting.WrittenCount > 0)
        {
            await inner.WriteAsync(_waiting.WrittenMemory, cancellationToken);
            _waiting.ResetWrittenCount();
        }

        await inner.FlushAsync(cancellationToken);
    }
}
