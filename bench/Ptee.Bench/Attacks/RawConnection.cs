using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Ptee.Bench.Attacks;

/// <summary>
/// An HTTP/2 connection that sends whatever it is told to. It answers settings and pings and keeps the server's windows
/// full, so that it is not ended for anything but the attack.
/// </summary>
internal sealed class RawConnection : IDisposable
{
    private const int WindowOfStandard = 65_535;
    private const int MaxConcurrentStreams = 3; // Numbers of settings.
    private const int InitialWindow = 4;

    private readonly Socket _socket;
    private readonly AttackTally _tally;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _window = WindowOfStandard;
    private int _dataFrames;

    private RawConnection(Socket socket, AttackTally tally) => (_socket, _tally) = (socket, tally);

    /// <summary>Streams that the server allows at a time, and at most as many as an attack uses.</summary>
    public int Streams { get; private set; } = 100;

    /// <summary>Bytes that the server takes on a new stream.</summary>
    public int StreamWindow { get; private set; } = WindowOfStandard;

    /// <summary>Frames of data that came: a reply is one or two.</summary>
    public int DataFrames => Volatile.Read(ref _dataFrames);

    /// <summary>Completes when the server has said what it allows, or has hung up.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Completes when the server has hung up, or the connection was disposed of.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Connects and, unless told otherwise, says the preface.</summary>
    /// <exception cref="SocketException">The server does not take it.</exception>
    public static async Task<RawConnection> OpenAsync(
        IPEndPoint server, IPAddress from, AttackTally tally, CancellationToken cancellationToken, bool silent = false)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(server, cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        tally.Connected();
        var connection = new RawConnection(socket, tally);
        connection.Ended = connection.ReadAsync(cancellationToken);
        if (!silent)
        {
            await connection.SendAsync(Http2Frames.Join(Http2Frames.Preface, Http2Frames.Of(Http2Kind.Settings, 0, 0, [])), cancellationToken);
        }

        return connection;
    }

    /// <returns>False when the server has hung up.</returns>
    public async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await _socket.SendAsync(bytes, cancellationToken)..];
            }

            return true;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Takes so much of the connection's window, or what is left of it.</summary>
    public int TakeWindow(int bytes)
    {
        var left = Interlocked.Add(ref _window, -bytes);
        return left >= 0 ? bytes : (int)Math.Max(0, bytes + left);
    }

    /// <summary>Without a farewell.</summary>
    public void Dispose() => _socket.Dispose();

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var stream = new NetworkStream(_socket);
            var header = new byte[Http2Frames.HeaderBytes];
            while (true)
            {
                await stream.ReadExactlyAsync(header, cancellationToken);
                var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(header) >>> 8];
                await stream.ReadExactlyAsync(payload, cancellationToken);
                await HandleAsync((Http2Kind)header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)), payload, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            if (exception is EndOfStreamException || exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
            {
                _tally.Cut();
            }
        }
        finally
        {
            _settled.TrySetResult();
        }
    }

    private async Task HandleAsync(Http2Kind kind, byte flags, int stream, byte[] payload, CancellationToken cancellationToken)
    {
        switch (kind)
        {
            case Http2Kind.Settings when (flags & Http2Frames.Acknowledged) == 0:
                Settle(payload);
                await SendAsync(Http2Frames.Of(Http2Kind.Settings, Http2Frames.Acknowledged, 0, []), cancellationToken);
                break;
            case Http2Kind.Ping when (flags & Http2Frames.Acknowledged) == 0:
                await SendAsync(Http2Frames.Of(Http2Kind.Ping, Http2Frames.Acknowledged, 0, payload), cancellationToken);
                break;
            case Http2Kind.WindowUpdate when stream == 0:
                Interlocked.Add(ref _window, BinaryPrimitives.ReadUInt32BigEndian(payload));
                break;
            case Http2Kind.ResetStream:
                _tally.Refused();
                break;
            case Http2Kind.Data:
                Interlocked.Increment(ref _dataFrames);
                _tally.Replied();
                break;
        }
    }

    private void Settle(ReadOnlySpan<byte> settings)
    {
        const int bytes = sizeof(ushort) + sizeof(uint);
        for (; settings.Length >= bytes; settings = settings[bytes..])
        {
            var value = BinaryPrimitives.ReadUInt32BigEndian(settings[sizeof(ushort)..]);
            switch (BinaryPrimitives.ReadUInt16BigEndian(settings))
            {
                case MaxConcurrentStreams:
                    Streams = (int)Math.Min(value, (uint)Streams);
                    break;
                case InitialWindow:
                    StreamWindow = (int)Math.Min(value, int.MaxValue);
                    break;
            }
        }

        _settled.TrySetResult();
    }
}
