using Ptee.Edge.Net;

namespace Ptee.Edge.Offload;

/// <summary>Where the server is and how long to wait for it.</summary>
public sealed record ServerLinkOptions
{
    /// <summary><c>http://host:port</c> or <c>https://host:port</c>.</summary>
    public required Uri Server { get; init; }

    /// <summary>How long an image may wait for its answer; at least 1 ms.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long one attempt may take from the first byte to Ready.</summary>
    public TimeSpan ReadyTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Counts the link's bytes.</summary>
    public ByteLedger Ledger { get; init; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>For the jitter between attempts.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Told when the link goes down and when it is back; to return quickly.</summary>
    public Action<LinkNotice> Notify { get; init; } = _ => { };
}
