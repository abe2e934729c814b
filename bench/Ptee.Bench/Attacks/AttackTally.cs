using System.Text.Json;

namespace Ptee.Bench.Attacks;

/// <summary>What an attack has done so far: that it took place, and what the server let it do. Safe from any thread.</summary>
internal sealed class AttackTally
{
    private long _connections;
    private long _cut;
    private long _sent;
    private long _replies;
    private long _refused;

    public void Connected() => Interlocked.Increment(ref _connections);

    /// <summary>The server ended a connection.</summary>
    public void Cut() => Interlocked.Increment(ref _cut);

    /// <summary>Something was sent that makes the server work: a stream opened, a frame, a block of headers.</summary>
    public void Sent(int count = 1) => Interlocked.Add(ref _sent, count);

    public void Replied() => Interlocked.Increment(ref _replies);

    /// <summary>The server ended a stream, or answered a frame with a failure.</summary>
    public void Refused() => Interlocked.Increment(ref _refused);

    /// <summary>One line.</summary>
    public string ToJson() => JsonSerializer.Serialize(new Dictionary<string, long>
    {
        ["connections"] = Interlocked.Read(ref _connections),
        ["cut"] = Interlocked.Read(ref _cut),
        ["sent"] = Interlocked.Read(ref _sent),
        ["replies"] = Interlocked.Read(ref _replies),
        ["refused"] = Interlocked.Read(ref _refused),
    });
}
