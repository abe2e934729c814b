using System.Net.Sockets;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Ptee.Shared.Wire;

namespace Ptee.Tests.Server;

/// <summary>What comes to the port and is not a call of ours.</summary>
public sealed class TransportTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await RunningServer.StartAsync(new ScriptedEngine(Frames.Bundle.Manifest));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_browser_is_refused_without_a_stack()
    {
        using var limit = new CancellationTokenSource(RunningServer.Limit);
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", new Uri(_server.Host.Urls[0]).Port, limit.Token);
        await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: here\r\n\r\n"u8.ToArray(), limit.Token);

        var answer = await new StreamReader(client.GetStream()).ReadToEndAsync(limit.Token);

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_largest_payload_fits_and_a_larger_message_than_any_is_refused()
    {
        var largest = Frames.Of(cut: 0);
        var payload = new byte[largest.Payload.Length + 5000];
        var larger = new FeatureFrame { Cut = 0, Payload = ByteString.CopyFrom(payload) };

        Assert.NotNull((await _server.InferOnceAsync(largest)).Answer);
        Assert.Equal(
            StatusCode.ResourceExhausted,
            (await Assert.ThrowsAsync<RpcException>(() => _server.InferOnceAsync(larger))).StatusCode);
    }

    [Fact]
    public async Task A_compressed_message_is_refused_because_nothing_bounds_what_it_inflates_to()
    {
        var call = _server.Client.InferOnceAsync(
            new InferOnceRequest { Hello = Frames.Hello(), Frame = Frames.Of(cut: 2) },
            new Metadata { { "grpc-internal-encoding-request", "gzip" } },
            DateTime.UtcNow + RunningServer.Limit);

        var refusal = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, refusal.StatusCode);
    }

    [Fact]
    public async Task No_other_service_answers()
    {
        var method = new Method<DescribeRequest, DescribeReply>(
            MethodType.Unary,
            "grpc.health.v1.Health",
            "Check",
            Marshallers.Create(message => message.ToByteArray(), DescribeRequest.Parser.ParseFrom),
            Marshallers.Create(message => message.ToByteArray(), DescribeReply.Parser.ParseFrom));
        using var channel = GrpcChannel.ForAddress(_server.Host.Urls[0]);
        using var call = channel.CreateCallInvoker().AsyncUnaryCall(
            method,
            host: null,
            new CallOptions(deadline: DateTime.UtcNow + RunningServer.Limit),
            new DescribeRequest());

        var refusal = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, refusal.StatusCode);
    }
}
