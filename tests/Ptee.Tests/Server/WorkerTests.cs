using Ptee.Server.Hosting;
using Ptee.Tests.Edge;

namespace Ptee.Tests.Server;

public sealed class WorkerTests
{
    [Fact]
    public async Task A_worker_that_dies_outside_a_batch_is_heard_of()
    {
        var time = new BrokenClock();
        await using var server = await RunningServer.StartAsync(new ScriptedEngine(Frames.Bundle.Manifest), new ServerOptions(), time);
        using var stream = await server.OpenAsync();
        var frame = Frames.Of(cut: 2);
        frame.DeadlineMs = 1000; // Looked at when its turn comes, by the worker.
        time.IsBroken = true;

        await stream.SendAsync(frame);

        var death = await Assert.ThrowsAsync<InvalidOperationException>(() => server.Host.WorkerEnded.Bounded());
        Assert.Equal("the clock broke", death.Message);
    }

    /// <summary>Breaks for the worker's thread alone.</summary>
    private sealed class BrokenClock : TimeProvider
    {
        public bool IsBroken { get; set; }

        public override long GetTimestamp() =>
            IsBroken && Thread.CurrentThread.Name == "ptee worker" ? throw new InvalidOperationException("the clock broke") : base.GetTimestamp();
    }
}
