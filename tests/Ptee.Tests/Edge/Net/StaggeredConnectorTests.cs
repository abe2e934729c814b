using System.Net;
using System.Net.Sockets;
using Ptee.Edge.Net;

namespace Ptee.Tests.Edge.Net;

public sealed class StaggeredConnectorTests : IDisposable
{
    private const string Name = "ptee-two";

    private readonly SignallingTime _time = new();
    private readonly TcpListener _live = new(IPAddress.Loopback, 0);

    public StaggeredConnectorTests() => _live.Start();

    private int Port => ((IPEndPoint)_live.LocalEndpoint).Port;

    public void Dispose() => _live.Dispose();

    [Fact]
    public async Task An_address_that_drops_what_it_is_sent_costs_a_quarter_of_a_second_and_no_more()
    {
        using var deaf = new DeafAddress(Port);

        var connecting = ConnectAsync(DeafAddress.Address, IPAddress.Loopback);
        await _time.NextTimerAsync(due => due == StaggeredConnector.Stagger);
        Assert.False(connecting.IsCompleted);
        _time.Advance(StaggeredConnector.Stagger);

        using var socket = await connecting.Bounded();
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)socket.RemoteEndPoint!).Address);
    }

    [Fact]
    public async Task An_address_that_refuses_costs_no_time()
    {
        using var socket = await ConnectAsync(IPAddress.Parse("127.0.0.8"), IPAddress.Loopback).Bounded();

        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)socket.RemoteEndPoint!).Address);
    }

    [Fact]
    public async Task A_name_of_which_no_address_answers_is_given_up_in_time_and_named()
    {
        using var deaf = new DeafAddress(Port);

        var connecting = ConnectAsync(DeafAddress.Address);
        _time.Advance(StaggeredConnector.Limit);

        var exception = await Assert.ThrowsAsync<TimeoutException>(() => connecting.Bounded());
        Assert.Contains(Name, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_all_refuse_the_reason_is_theirs()
    {
        var exception = await Assert.ThrowsAsync<SocketException>(
            () => ConnectAsync(IPAddress.Parse("127.0.0.7"), IPAddress.Parse("127.0.0.8")).Bounded());

        Assert.Equal(SocketError.ConnectionRefused, exception.SocketErrorCode);
    }

    [Fact]
    public async Task A_name_without_addresses_is_unknown() =>
        Assert.Equal(SocketError.HostNotFound, (await Assert.ThrowsAsync<SocketException>(() => ConnectAsync().Bounded())).SocketErrorCode);

    [Fact]
    public async Task Whoever_gives_up_is_not_told_of_a_time_that_is_over()
    {
        using var deaf = new DeafAddress(Port);
        using var stop = new CancellationTokenSource();

        var connecting = new StaggeredConnector((_, _) => Task.FromResult(new[] { DeafAddress.Address }), _time)
            .ConnectAsync(new DnsEndPoint(Name, Port), stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Bounded());
    }

    [Fact]
    public void Families_take_turns_and_each_keeps_its_order()
    {
        IPAddress[] addresses = [.. new[] { "::1", "::2", "::3", "10.0.0.1", "10.0.0.2" }.Select(IPAddress.Parse)];

        Assert.Equal(
            ["::1", "10.0.0.1", "::2", "10.0.0.2", "::3"],
            StaggeredConnector.Alternating(addresses).Select(address => address.ToString()));
    }

    private Task<Socket> ConnectAsync(params IPAddress[] addresses) =>
        new StaggeredConnector((_, _) => Task.FromResult(addresses), _time).ConnectAsync(new DnsEndPoint(Name, Port), CancellationToken.None);
}
