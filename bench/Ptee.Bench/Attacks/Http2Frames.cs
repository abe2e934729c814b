using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;

namespace Ptee.Bench.Attacks;

/// <summary>Frames of HTTP/2 (RFC 9113) as bytes. By hand, because a library would not send what the attacks send.</summary>
internal static class Http2Frames
{
    public const int HeaderBytes = 9;
    public const byte Acknowledged = 1; // A flag of SETTINGS and PING.
    public const byte EndOfHeaders = 4;
    public const uint Cancel = 8;

    private const byte LiteralNotIndexed = 0;
    private const int LengthPrefix = 127; // The largest number of a prefix of seven bits (RFC 7541, 5.1).

    public static byte[] Preface { get; } = Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    /// <summary>What opens a gRPC call of Infer, coded without any table.</summary>
    public static byte[] InferHeaders { get; } = Join(
        Header(":method", "POST"),
        Header(":scheme", "http"),
        Header(":path", "/ptee.v1.SplitInference/Infer"),
        Header(":authority", "server"),
        Header("te", "trailers"),
        Header("content-type", "application/grpc"));

    public static byte[] Of(Http2Kind kind, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[HeaderBytes + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8); // 24 bits; the kind overwrites the last byte.
        frame[3] = (byte)kind;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(HeaderBytes));
        return frame;
    }

    public static byte[] Of(Http2Kind kind, int stream, uint value)
    {
        Span<byte> payload = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(payload, value);
        return Of(kind, flags: 0, stream, payload);
    }

    /// <summary>A header in the plainest of HPACK's ways: neither compressed nor kept.</summary>
    public static byte[] Header(string name, string value, byte how = LiteralNotIndexed) =>
        Join([how], Text(name), Text(value));

    /// <summary>A message as gRPC frames it: a byte 0 and the length before it.</summary>
    /// <param name="length">What the length says, where it is not to be the message's own.</param>
    public static byte[] Message(ReadOnlySpan<byte> message, int? length = null)
    {
        var framed = new byte[1 + sizeof(int) + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), length ?? message.Length);
        message.CopyTo(framed.AsSpan(1 + sizeof(int)));
        return framed;
    }

    public static byte[] Data(int stream, IMessage message) => Of(Http2Kind.Data, flags: 0, stream, Message(message.ToByteArray()));

    public static byte[] Join(params IEnumerable<byte[]> parts) => [.. parts.SelectMany(part => part)];

    private static byte[] Text(string text)
    {
        List<byte> bytes = [];
        var rest = text.Length - LengthPrefix;
        bytes.Add((byte)Math.Min(text.Length, LengthPrefix));
        for (; rest >= 0; rest = rest < 128 ? -1 : rest >> 7)
        {
            bytes.Add((byte)(rest < 128 ? rest : (rest & 127) | 128));
        }

        bytes.AddRange(Encoding.ASCII.GetBytes(text));
        return [.. bytes];
    }
}
