using System.Net;
using System.Net.Sockets;

namespace Ptee.Edge.Net;

/// <summary>
/// Connects to whichever address of a name answers first. One that drops what it is sent costs a quarter of a second and not the
/// whole time: the next is tried beside it (RFC 8305, "happy eyeballs").
/// </summary>
/// <param name="resolve">The addresses of a name, the preferred ones first.</param>
internal sealed class StaggeredConnector(Func<string, CancellationToken, Task<IPAddress[]>> resolve, TimeProvider time)
{
    /// <summary>From the first attempt until all are given up.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>Between the beginnings of two attempts; the next begins earlier where one has failed.</summary>
    public static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    /// <summary>Of a name with more addresses the others are not tried.</summary>
    private const int MostAddresses = 16;

    /// <returns>Connected; the caller disposes of it.</returns>
    /// <exception cref="SocketException">The name is unknown, or every address refused; the first one's reason.</exception>
    /// <exception cref="TimeoutException">None answered in time.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<Socket> ConnectAsync(DnsEndPoint target, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Limit, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var addresses = Alternating(await resolve(target.Host, end.Token));
            return await RaceAsync([.. addresses.Select(address => new IPEndPoint(address, target.Port))], end);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{target.Host} does not answer: no connection within {Limit.TotalSeconds} s", exception);
        }
    }

    /// <summary>IPv6 and IPv4 by turns, the family of the first one first: often it is a whole family that is not connected.</summary>
    internal static IPAddress[] Alternating(IPAddress[] addresses) =>
    [
        .. addresses.GroupBy(address => address.AddressFamily)
            .SelectMany((family, number) => family.Select((address, turn) => (address, turn, number)))
            .OrderBy(one => one.turn).ThenBy(one => one.number)
            .Select(one => one.address)
            .Take(MostAddresses),
    ];

    private async Task<Socket> RaceAsync(IPEndPoint[] targets, CancellationTokenSource end)
    {
        // All have begun when half of the time is over.
        var stagger = targets.Length * Stagger < Limit / 2 ? Stagger : Limit / 2 / targets.Length;
        var waiting = new Queue<IPEndPoint>(targets);
        var attempts = new List<Task<Socket>>();
        Exception? fault = null;
        try
        {
            while (waiting.Count + attempts.Count > 0)
            {
                if (waiting.TryDequeue(out var target))
                {
                    attempts.Add(ConnectAsync(target, end.Token));
                }

                var pause = Task.Delay(waiting.Count > 0 ? stagger : Timeout.InfiniteTimeSpan, time, end.Token);
                if (await Task.WhenAny([.. attempts, pause]) is not Task<Socket> ended)
                {
                    end.Token.ThrowIfCancellationRequested();
                    continue;
                }

                attempts.Remove(ended);
                if (ended.IsCompletedSuccessfully)
                {
                    return await ended;
                }

                fault ??= ended.Exception?.GetBaseException();
            }

            end.Token.ThrowIfCancellationRequested();
            throw fault ?? new SocketException((int)SocketError.HostNotFound);
        }
        finally
        {
            await end.CancelAsync();
            attempts.ForEach(attempt => _ = DropAsync(attempt));
        }
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        // A frame is small and wanted at once: it does not wait for company.
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>It lost the race, perhaps by a hair.</summary>
    private static async Task DropAsync(Task<Socket> attempt)
    {
        try
        {
            (await attempt).Dispose();
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // It never connected.
        }
    }
}
