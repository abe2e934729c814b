using System.Net;
using System.Net.Sockets;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Ptee.Edge.Offload;
using Ptee.Shared;

namespace Ptee.Tests.Edge.Offload;

/// <summary>What nobody but a person can mend is an error at the start; what may pass is not.</summary>
public sealed class FirstConnectionTests(EdgeModel model) : IClassFixture<EdgeModel>
{
    private readonly TaskCompletionSource _back = new();

    [Fact]
    public async Task Another_bundle_is_an_error_with_the_beginnings_of_both_ids()
    {
        var other = TestBundles.Random(seed: 2).Id;
        await using var server = await new ScriptedServer(session => Refuse(StatusCode.FailedPrecondition, "no"))
        {
            DescribedBundle = Convert.FromHexString(other),
        }.StartAsync();

        var message = await FailureAsync(server.Address);

        Assert.Contains(other[..12], message, StringComparison.Ordinal);
        Assert.Contains(model.Bundle.Id[..12], message, StringComparison.Ordinal);
        Assert.Contains(server.Address.Authority, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_words_of_a_refusal_come_through_on_one_line()
    {
        await using var server = await ScriptedServer.StartAsync(
            _ => Refuse(StatusCode.InvalidArgument, "unknown gate\n'x'"));

        var message = await FailureAsync(server.Address);

        Assert.Contains("unknown gate 'x'", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task A_web_server_is_an_error(HttpProtocols protocols)
    {
        var (app, address) = await ScriptedServer.StartOtherAsync(protocols);
        await using var _ = app;

        Assert.Contains("expected a Ptee server", await FailureAsync(address), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    [InlineData(HttpProtocols.Http1AndHttp2)]
    public async Task A_server_without_TLS_behind_an_address_that_asks_for_it_is_called_that(HttpProtocols protocols)
    {
        var (app, address) = await ScriptedServer.StartOtherAsync(protocols);
        await using var _ = app;

        var message = await FailureAsync(new Uri($"https://{address.Authority}"));

        Assert.Contains($"expected http://{address.Authority}", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    [InlineData(HttpProtocols.Http1AndHttp2)]
    public async Task A_server_with_TLS_behind_an_address_without_is_called_that(HttpProtocols protocols)
    {
        var (app, address) = await ScriptedServer.StartOtherAsync(protocols, withTls: true);
        await using var _ = app;

        var message = await FailureAsync(new Uri($"http://{address.Authority}"));

        Assert.Contains($"expected https://{address.Authority}", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_an_error_that_says_so()
    {
        var (app, address) = await ScriptedServer.StartOtherAsync(HttpProtocols.Http2, withTls: true);
        await using var _ = app;

        var message = await FailureAsync(new Uri($"https://{address.Authority}"));

        Assert.Contains("certificate", message, StringComparison.Ordinal);
        Assert.DoesNotContain("expected http://", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Something_that_answers_in_text_is_an_error()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var talking = TalkAsync(listener);

        var message = await FailureAsync(AddressOf(listener));

        Assert.Contains("expected a Ptee server", message, StringComparison.Ordinal);
        await talking.Bounded();
    }

    [Fact]
    public async Task A_closed_port_is_no_error_and_images_are_refused_at_once()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = AddressOf(listener);
        listener.Stop();
        await using var link = Link(address);

        Assert.False(await link.ConnectAsync().Bounded());

        var sending = link.SendAsync(1, codec: 0, new byte[3]);
        Assert.True(sending.IsCompletedSuccessfully);
        Assert.Equal(new OffloadReply(OffloadStatus.Down, default, Sent: false), await sending);
    }

    [Fact]
    public async Task A_proxy_that_hangs_up_without_a_word_is_no_error()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var hangingUp = HangUpAsync(listener);
        await using var link = Link(AddressOf(listener));

        Assert.False(await link.ConnectAsync().Bounded());
        listener.Stop();
        await hangingUp.Bounded();
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.ResourceExhausted)]
    [InlineData(StatusCode.Internal)]
    public async Task A_refusal_that_may_pass_is_tried_again(StatusCode code)
    {
        await using var server = await ScriptedServer.StartAsync(session =>
            session.Number == 1 ? Refuse(code, "not now") : ServerSession.AnswerAll(session));
        await using var link = Link(server.Address);

        Assert.False(await link.ConnectAsync().Bounded());

        await _back.Task.Bounded();
        Assert.Equal(OffloadStatus.Answered, (await link.SendAsync(1, codec: 0, new byte[3]).Bounded()).Status);
        Assert.Equal(0, link.Reconnects);
    }

    [Fact]
    public async Task Another_bundle_in_mid_run_is_no_error_of_the_run()
    {
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            if (session.Number == 2)
            {
                await Refuse(StatusCode.FailedPrecondition, "another bundle");
            }

            await session.AcceptAsync();
            await session.NextAsync();
            if (session.Number == 1)
            {
                session.Abort();
            }
        });
        await using var link = Link(server.Address);
        await link.ConnectAsync().Bounded();

        Assert.Equal(OffloadStatus.Lost, (await link.SendAsync(1, codec: 0, new byte[3]).Bounded()).Status);

        await _back.Task.Bounded();
        Assert.Equal(3, server.Streams);
    }

    private static Task Refuse(StatusCode code, string detail) => throw new RpcException(new Status(code, detail));

    private static Uri AddressOf(TcpListener listener) =>
        new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    private static async Task HangUpAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await client.GetStream().ReadExactlyAsync(new byte[24]);
            }
        }
        catch (Exception exception) when (exception is SocketException or InvalidOperationException or IOException)
        {
            // The test is over.
        }
    }

    private static async Task TalkAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        await stream.ReadExactlyAsync(new byte[24]);
        await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
        client.Client.Shutdown(SocketShutdown.Send);
        while (await stream.ReadAsync(new byte[1024]) > 0)
        {
        }
    }

    private async Task<string> FailureAsync(Uri address)
    {
        await using var link = Link(address);
        var exception = await Assert.ThrowsAsync<PteeFormatException>(() => link.ConnectAsync().Bounded());
        return exception.Message;
    }

    private ServerLink Link(Uri address) => new(model.Bundle, model.NeverSure.Codecs, model.NeverSure.Policy, new ServerLinkOptions
    {
        Server = address,
        Deadline = Waiting.Bound,
        ReadyTimeout = Waiting.Bound,
        Random = new NoJitter(),
        Notify = notice =>
        {
            if (notice.Up)
            {
                _back.TrySetResult();
            }
        },
    });
}
