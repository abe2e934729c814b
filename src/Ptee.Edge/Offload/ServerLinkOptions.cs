using System.Net;
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

    /// <summary>
    /// After so many bytes a stream is replaced, after a quarter more at the latest. Proxies end longer ones: nginx, unless told
    /// otherwise, at 1 MiB.
    /// </summary>
    public int LargestStreamBytes { get; init; } = 768 << 10;

    /// <summary>
    /// At an age of half of this to all of it, by chance, a stream in use is replaced: so devices that came together spread again over
    /// the servers behind a proxy.
    /// </summary>
    public TimeSpan LargestStreamAge { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Counts the link's bytes.</summary>
    public ByteLedger Ledger { get; init; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>For the jitter between attempts and between the ages of streams.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Told when the link goes down, when it is back, and when it is of little use; to return quickly.</summary>
    public Action<LinkNotice> Notify { get; init; } = _ => { };

    /// <summary>The addresses of the server's name.</summary>
    internal Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;
}
