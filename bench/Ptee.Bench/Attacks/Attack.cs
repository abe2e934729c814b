using Ptee.Shared;

namespace Ptee.Bench.Attacks;

/// <summary>Something that one bad caller, or many, can do to a server.</summary>
/// <param name="Name">Of its figures.</param>
/// <param name="Server">A command and its arguments that the server is started by, where it is to be short of something.</param>
/// <param name="RunAsync">Goes on until it is cancelled.</param>
internal sealed record Attack(
    string Name, IReadOnlyList<string>? Server, Func<AttackTarget, CancellationToken, Task> RunAsync)
{
    /// <summary>Of file descriptors: what many systems give a program unless told otherwise.</summary>
    private const int Descriptors = 1_024;

    /// <summary>Not the well-behaved client's: frames of both never share a batch.</summary>
    private const float OtherThreshold = 0.9f;

    /// <summary>The runtime's settings in a container of 512 MB: three quarters of that for what is collected. Hexadecimal.</summary>
    private const string HeapOfSmallContainer = "DOTNET_GCHeapHardLimit=0x18000000";

    public static IReadOnlyList<Attack> All { get; } =
    [
        new("idle-connections", ["bash", "-c", $"ulimit -n {Descriptors}; exec \"$0\" \"$@\""], (target, stop) =>
            Floods.IdleConnectionsAsync(target, Descriptors + 200, stop)),
        new("half-messages", ["env", HeapOfSmallContainer], Floods.HalfMessagesAsync),
        new("mass-close", null, Floods.MassCloseAsync),

        // Nobody drains this server's standard error: tail holds the pipe, reads nothing of it and ends with the server.
        new("cancels", ["bash", "-c", "exec \"$0\" \"$@\" 2> >(exec tail --pid=$$ -f /dev/null > /dev/null 2>&1)"], Floods.CancelsAsync),
        new("queue-streams", null, (target, stop) => Hogs.StreamsAsync(target, target.Hello(), streams: 20, depth: 20, stop)),
        new("queue-once", null, (target, stop) => Hogs.OnceAsync(target, inFlight: 90, stop)),
        new("other-point", null, (target, stop) => Hogs.StreamsAsync(target, target.Hello(OtherThreshold), streams: 4, depth: 20, stop)),
        new("repeated-ids", null, (target, stop) => Hogs.StreamsAsync(target, target.Hello(), streams: 4, depth: 20, stop, id: 7)),
        new("prefaces", null, Floods.PrefacesAsync),
        new("headers", null, HeaderBombs.HeadersAsync),
        new("control-frames", null, HeaderBombs.ControlFramesAsync),
    ];

    /// <exception cref="PteeFormatException">No attack has that name.</exception>
    public static Attack Get(string name) => All.FirstOrDefault(attack => attack.Name == name)
        ?? throw new PteeFormatException($"unknown attack '{name}'; known: {string.Join(", ", All.Select(attack => attack.Name))}");
}
