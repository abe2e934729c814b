using System.Diagnostics.Metrics;

namespace Ptee.Edge.Net;

/// <summary>
/// Bytes that went through the sockets of one link, over all its connections. Safe from any thread. All ledgers of a process
/// together are the metric <see cref="Metric"/> of the meter <see cref="MeterName"/>.
/// </summary>
public sealed class ByteLedger
{
    public const string MeterName = "Ptee.Edge";

    /// <summary>A counter of bytes, with the direction as OpenTelemetry names it: <c>network.io.direction</c>, transmit or
    /// receive.</summary>
    public const string Metric = "ptee.link.io";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>(Metric, "By", "Bytes at the sockets between device and server.");
    private static readonly KeyValuePair<string, object?> Transmit = new("network.io.direction", "transmit");
    private static readonly KeyValuePair<string, object?> Receive = new("network.io.direction", "receive");

    private long _up;
    private long _down;
    private long _writes;

    /// <summary>Written to the socket.</summary>
    public long Up => Interlocked.Read(ref _up);

    /// <summary>Read from the socket.</summary>
    public long Down => Interlocked.Read(ref _down);

    /// <summary>Times that something was written: each is a TCP segment or more.</summary>
    internal long Writes => Interlocked.Read(ref _writes);

    internal void Sent(int bytes)
    {
        Interlocked.Increment(ref _writes);
        Interlocked.Add(ref _up, bytes);
        Bytes.Add(bytes, Transmit);
    }

    internal void Received(int bytes)
    {
        Interlocked.Add(ref _down, bytes);
        Bytes.Add(bytes, Receive);
    }
}
