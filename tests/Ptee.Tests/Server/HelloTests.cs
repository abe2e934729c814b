using Google.Protobuf;
using Grpc.Core;
using Ptee.Server.Hosting;
using Ptee.Shared.Wire;

namespace Ptee.Tests.Server;

public sealed class HelloTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(
        new ScriptedEngine(Frames.Bundle.Manifest), new ServerOptions { FramesInFlight = 17 });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Ready_says_how_many_frames_may_be_in_flight()
    {
        using var stream = _server.Open();

        await stream.SendAsync(Frames.Hello());

        Assert.Equal(17u, (await stream.ReadAsync()).Ready.FramesInFlight);
        await stream.CompleteAsync();
    }

    [Fact]
    public async Task Another_bundle_is_refused_with_both_ids()
    {
        var hello = Frames.Hello();
        hello.BundleId = ByteString.CopyFrom(Enumerable.Repeat((byte)0xAB, 32).ToArray());
        var edge = string.Concat(Enumerable.Repeat("ab", 32));
        using var stream = _server.Open();

        await stream.SendAsync(hello);

        var expected = new Status(
            StatusCode.FailedPrecondition,
            $"bundle ids differ: the server has {Frames.Bundle.Id}, the edge has {edge}");
        Assert.Equal((expected.StatusCode, expected.Detail), Told(await stream.EndAsync()));
        Assert.Equal((expected.StatusCode, expected.Detail), Told(await OnceAsync(hello)));
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "short id", "Hello's bundle id has 3 bytes, expected 32" },
        { "no codec", "Hello names 0 codecs, expected 1 to 16" },
        { "many codecs", "Hello names 17 codecs, expected 1 to 16" },
        { "codec", "unknown codec 'zip'; known: bottleneck, bottleneck-2, bottleneck-3, bottleneck-4, f32, quant, u8, raw, png, webp, jpeg:Q, webp:Q" },
        { "gate", "unknown gate 'luck'; known: confidence, entropy, margin, max-probability" },
        { "thresholds", "Hello has 2 thresholds, expected 3, one an early exit of the bundle, or 30, one for each of its classes" },
        { "threshold", "threshold 7 is out of range, expected 0 to 1.01 (above 1: never)" },
        { "NaN", "threshold NaN is out of range, expected 0 to 1.01 (above 1: never)" },
        { "line ends", "unknown gate 'a?b'; known: confidence, entropy, margin, max-probability" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_is_wrong_in_Hello_is_said_in_one_line(string what, string line)
    {
        var hello = Spoilt(what);
        using var stream = _server.Open();

        await stream.SendAsync(hello);

        Assert.Equal((StatusCode.InvalidArgument, line), Told(await stream.EndAsync()));
        Assert.Equal((StatusCode.InvalidArgument, line), Told(await OnceAsync(hello)));
    }

    [Fact]
    public async Task A_name_as_long_as_a_message_is_not_sent_back()
    {
        var hello = Frames.Hello();
        hello.Gate = new string('x', 60_000);

        Assert.InRange((await OnceAsync(hello)).Detail.Length, 1, 500);
    }

    [Fact]
    public async Task A_frame_before_Hello_ends_the_stream()
    {
        using var stream = _server.Open();

        await stream.SendAsync(Frames.Of(cut: 2));

        Assert.Equal((StatusCode.InvalidArgument, "expected Hello first, got none"), Told(await stream.EndAsync()));
    }

    [Fact]
    public async Task A_second_Hello_ends_the_stream()
    {
        using var stream = await _server.OpenAsync();

        await stream.SendAsync(Frames.Hello());

        Assert.Equal(
            (StatusCode.InvalidArgument, "expected a frame after Hello, got Hello"), Told(await stream.EndAsync()));
    }

    [Fact]
    public async Task InferOnce_needs_Hello_and_a_frame()
    {
        var noHello = new InferOnceRequest { Frame = Frames.Of(cut: 2) };
        var noFrame = new InferOnceRequest { Hello = Frames.Hello() };

        Assert.Equal((StatusCode.InvalidArgument, "expected Hello first, got none"), Told(await OnceAsync(noHello)));
        Assert.Equal(
            (StatusCode.InvalidArgument, "expected a frame beside Hello, got none"), Told(await OnceAsync(noFrame)));
    }

    private static (StatusCode Code, string Detail) Told(Status status) => (status.StatusCode, status.Detail);

    private Task<Status> OnceAsync(Hello hello) =>
        OnceAsync(new InferOnceRequest { Hello = hello, Frame = Frames.Of(cut: 2) });

    private async Task<Status> OnceAsync(InferOnceRequest request)
    {
        var call = _server.Client.InferOnceAsync(request, deadline: DateTime.UtcNow + RunningServer.Limit);
        return (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).Status;
    }

    private static Hello Spoilt(string what)
    {
        var hello = Frames.Hello();
        switch (what)
        {
            case "short id": hello.BundleId = ByteString.CopyFrom(1, 2, 3); break;
            case "no codec": hello.Codecs.Clear(); break;
            case "many codecs": hello.Codecs.AddRange(Enumerable.Repeat("u8", 14)); break;
            case "codec": hello.Codecs.Add("zip"); break;
            case "gate": hello.Gate = "luck"; break;
            case "thresholds": hello.Thresholds.RemoveAt(0); break;
            case "threshold": hello.Thresholds[1] = 7; break;
            case "NaN": hello.Thresholds[1] = float.NaN; break;
            case "line ends": hello.Gate = "a\nb"; break;
            default: throw new ArgumentException(what, nameof(what));
        }

        return hello;
    }
}
