using Ptee.Server.Hosting;
using Ptee.Shared.Wire;

namespace Ptee.Tests.Server;

public sealed class DescribeTests : IAsyncLifetime
{
    private readonly ScriptedEngine _engine = new(Frames.Bundle.Manifest);
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(_engine, new ServerOptions { QueueLimit = 4, FramesInFlight = 9 });
        _engine.Forget();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task It_tells_the_bundle_its_cuts_and_the_limits()
    {
        var description = await _server.DescribeAsync();

        Assert.Equal(Frames.Hello().BundleId, description.BundleId);
        Assert.Equal("resnet20", description.Architecture);
        Assert.Equal(
            ["0 s1b3 16x32x32", "1 s2b2 32x16x16", "2 s3b1 64x8x8"],
            description.Cuts.Select(cut => $"{cut.Index} {cut.Name} {string.Join('x', cut.Shape)}"));
        Assert.Equal(["f32", "u8", "raw", "png", "webp", "jpeg:Q", "webp:Q"], description.Codecs);
        Assert.Equal((9u, 4u, "scripted"), (description.FramesInFlight, description.QueueLimit, description.Engine));
    }

    [Fact]
    public async Task It_tells_the_load()
    {
        using var stream = await _server.OpenAsync();
        await stream.AskAsync(Frames.Of(cut: 2));
        await stream.AskAsync(Frames.Of(cut: 2));
        await stream.AskAsync(new FeatureFrame { Cut = 99 });
        await _server.InferOnceAsync(Frames.Of(cut: 2));
        _engine.Forget();
        _engine.Hold();
        await stream.SendAsync(Frames.Of(cut: 2));
        await _engine.EnteredAsync();
        await stream.SendAsync(Frames.Of(cut: 2));
        await stream.QueuedAsync();

        var load = (await _server.DescribeAsync()).Load;

        Assert.Equal((1u, 1u, 3u, 2u), (load.Streams, load.QueuedFrames, load.Answered, load.Failed));
        Assert.Equal((ulong)ScriptedEngine.Tensors, load.LiveTensors);
        Assert.InRange(load.ResidentBytes, 1ul, load.PeakBytes);
    }

    [Fact]
    public async Task An_idle_server_has_nothing_queued_and_no_stream()
    {
        using (var stream = await _server.OpenAsync())
        {
            await stream.CompleteAsync();
        }

        await _server.UntilAsync(description => description.Load.Streams == 0);
        Assert.Equal(0u, (await _server.DescribeAsync()).Load.QueuedFrames);
    }
}
