using System.Net.Sockets;
using Grpc.Core;

namespace Ptee.Tests.Server;

public sealed class ShutdownTests : IAsyncLifetime
{
    private readonly ScriptedEngine _engine = new(Frames.Bundle.Manifest);
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(_engine);
        _engine.Forget();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task What_is_queued_is_answered_then_the_stream_ends_and_nobody_is_let_in()
    {
        using var stream = await _server.OpenAsync();
        _engine.Hold();
        await stream.SendAsync(Frames.Of(cut: 2, value: 1));
        await _engine.EnteredAsync();
        await stream.SendAsync(Frames.Of(cut: 2, value: 2));
        await stream.QueuedAsync();

        var stopping = _server.Host.StopAsync();
        var refused = await Assert.ThrowsAsync<RpcException>(() => _server.InferOnceAsync(Frames.Of(cut: 2)));
        _engine.Release();

        RequireStopping(refused.Status);
        Assert.Equal([1u, 2u], (await stream.ReadAsync(2)).Select(reply => reply.Answer.ClassIndex));
        RequireStopping(await stream.EndAsync());
        await stopping.WaitAsync(RunningServer.Limit);
        using var late = new TcpClient();
        await Assert.ThrowsAnyAsync<SocketException>(
            () => late.ConnectAsync("127.0.0.1", new Uri(_server.Host.Urls[0]).Port));
    }

    [Fact]
    public async Task Idle_streams_and_streams_without_a_Hello_do_not_hold_it_up()
    {
        using var idle = await _server.OpenAsync();
        using var silent = _server.Open();
        await _server.UntilAsync(description => description.Load.Streams == 2);

        var stopping = _server.Host.StopAsync();

        RequireStopping(await idle.EndAsync());
        RequireStopping(await silent.EndAsync());
        await stopping.WaitAsync(RunningServer.Limit);
    }

    /// <remarks>
    /// On a very busy machine the client may see the connection close before it has read the status; HttpClient then
    /// reports that instead.
    /// </remarks>
    private static void RequireStopping(Status status) => Assert.True(
        status is { StatusCode: StatusCode.Unavailable, Detail: "the server is stopping" }
        || status.Detail.Contains("The HTTP/2 server closed the connection", StringComparison.Ordinal),
        status.ToString());
}
