using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Time.Testing;
using Ptee.Server.Hosting;
using Ptee.Shared;
using Ptee.Shared.Wire;
using Ptee.Tests.Edge;

namespace Ptee.Tests.Server;

/// <summary>What a caller may hold of a server, and for how long.</summary>
public sealed class LimitTests : IAsyncLifetime
{
    private const int Connections = 3;
    private static readonly ServerOptions Options = new() { MaxConnectionsPerAddress = Connections };
    private readonly FakeTimeProvider _time = new();
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await RunningServer.StartAsync(new ScriptedEngine(Frames.Bundle.Manifest), Options, _time);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_connection_that_says_nothing_is_cut()
    {
        using var silent = await ConnectAsync();
        var end = EndAsync(silent);

        await AdvanceUntilAsync(end, Options.PrefaceLimit);
    }

    [Fact]
    public async Task One_connection_more_than_an_address_may_have_is_closed_and_those_before_are_served()
    {
        Assert.NotNull(await _server.DescribeAsync());
        using var second = await ConnectAsync();
        using var third = await ConnectAsync();

        using var fourth = await ConnectAsync();

        await EndAsync(fourth).Bounded();
        Assert.NotNull(await _server.DescribeAsync());
    }

    [Fact]
    public async Task A_place_is_free_again_once_its_connection_has_gone()
    {
        for (var i = 0; i < 3 * Connections; i++)
        {
            using var channel = GrpcChannel.ForAddress(_server.Host.Urls[0]);
            await new SplitInference.SplitInferenceClient(channel).DescribeAsync(
                new DescribeRequest(), new CallOptions(deadline: DateTime.UtcNow + RunningServer.Limit).WithWaitForReady());
        }
    }

    [Fact]
    public async Task A_stream_without_a_Hello_is_ended()
    {
        using var stream = _server.Open();
        await _server.UntilAsync(description => description.Load.Streams == 1);
        var end = stream.EndAsync();

        await AdvanceUntilAsync(end, Options.HelloLimit);

        Assert.Equal(new Status(StatusCode.DeadlineExceeded, "no Hello came within 10 s"), Plain(await end));
    }

    [Fact]
    public async Task A_stream_without_frames_is_ended_and_each_frame_gives_it_more_time()
    {
        using var stream = await _server.OpenAsync();
        _time.Advance(Options.IdleLimit - TimeSpan.FromSeconds(1));
        Assert.NotNull((await stream.AskAsync(Frames.Of(cut: 2))).Answer);
        _time.Advance(Options.IdleLimit - TimeSpan.FromSeconds(1));
        Assert.NotNull((await stream.AskAsync(Frames.Of(cut: 2))).Answer);
        var end = stream.EndAsync();

        await AdvanceUntilAsync(end, Options.IdleLimit);

        Assert.Equal(StatusCode.Unavailable, (await end).StatusCode);
    }

    [Fact]
    public void An_address_is_one_of_IPv4_or_a_network_of_IPv6()
    {
        Assert.Equal(Origin("192.0.2.1"), Origin("::ffff:192.0.2.1"));
        Assert.NotEqual(Origin("192.0.2.1"), Origin("192.0.2.2"));
        Assert.Equal(Origin("2001:db8::1"), Origin("2001:db8::2"));
        Assert.NotEqual(Origin("2001:db8::1"), Origin("2001:db8:0:1::1"));

        static UInt128 Origin(string address) => ConnectionGate.Origin(IPAddress.Parse(address));
    }

    [Fact]
    public void More_connections_than_files_that_may_be_open_are_refused()
    {
        string[] limits = ["Limit                     Soft Limit           Hard Limit           Units", "Max open files            1024                 4096                 files"];
        var room = Descriptors.Room(limits);

        Assert.Equal(1024 - Descriptors.Own, room);
        Descriptors.Require(1024 - Descriptors.Own, room);
        var refusal = Assert.Throws<PteeFormatException>(() => Descriptors.Require(1025 - Descriptors.Own, room));
        Assert.StartsWith("--connections: 769 do not fit, this process may open 1024 files", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>A limit begins when the server has got so far, which nothing here sees; so time goes on until it is over.</summary>
    private async Task AdvanceUntilAsync(Task end, TimeSpan step)
    {
        using var limit = new CancellationTokenSource(RunningServer.Limit);
        while (!end.IsCompleted)
        {
            limit.Token.ThrowIfCancellationRequested();
            _time.Advance(step);
            await Task.Yield();
        }
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", new Uri(_server.Host.Urls[0]).Port).Bounded();
        return client;
    }

    /// <summary>Returns once the server has closed or reset it.</summary>
    private static async Task EndAsync(TcpClient client)
    {
        try
        {
            Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1]));
        }
        catch (IOException)
        {
        }
    }

    private static Status Plain(Status status) => new(status.StatusCode, status.Detail);
}
