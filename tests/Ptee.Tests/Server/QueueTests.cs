using Microsoft.Extensions.Time.Testing;
using Ptee.Server.Hosting;
using Ptee.Shared.Exits;
using Ptee.Shared.Wire;

namespace Ptee.Tests.Server;

/// <summary>What happens to frames between their arrival and their answer, with an engine that can be held.</summary>
public sealed class QueueTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(100);
    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedEngine _engine = new(Frames.Bundle.Manifest);
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(_engine, new ServerOptions { QueueLimit = 4, MaxBatch = 3 }, _time);
        _engine.Forget();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_what_it_holds_is_answered()
    {
        using var stream = await BusyAsync();
        for (var i = 1; i <= 4; i++)
        {
            await stream.SendAsync(Frames.Of(cut: 2));
        }

        var refused = await stream.AskAsync(Frames.Of(cut: 2));

        Assert.Equal((5u, Failure.Types.Kind.ResourceExhausted), (refused.Id, refused.Failure.Kind));
        Assert.Equal("the server's queue is full: 4 frames wait", refused.Failure.Reason);
        Assert.Equal(4u, refused.QueuedFrames);
        _engine.Release();
        Assert.All(await stream.ReadAsync(5), reply => Assert.NotNull(reply.Answer));
        Assert.NotNull((await stream.AskAsync(Frames.Of(cut: 2))).Answer);
    }

    [Fact]
    public async Task What_gathers_while_a_batch_runs_is_the_next_batch_up_to_the_limit()
    {
        using var stream = await BusyAsync();
        for (var i = 1; i <= 4; i++)
        {
            await stream.SendAsync(Frames.Of(cut: 2));
        }

        await stream.QueuedAsync();
        _engine.Release();

        await stream.ReadAsync(5);
        Assert.Equal([(3, 1), (3, 3), (3, 1)], _engine.Runs);
    }

    [Fact]
    public async Task An_answer_says_what_waits_and_how_long_that_will_take()
    {
        // An image of the last segment takes 20 ms here, whatever the machine.
        _engine.BeforeSegment = _ => _time.Advance(TimeSpan.FromMilliseconds(20));
        using var stream = await BusyAsync();
        for (var i = 1; i <= 4; i++)
        {
            await stream.SendAsync(Frames.Of(cut: 2));
        }

        await stream.QueuedAsync();
        _engine.Release();

        var replies = await stream.ReadAsync(5);
        Assert.Equal((4u, 80u), (replies[0].QueuedFrames, replies[0].WorkAheadMs));
        Assert.Equal((0u, 0u), (replies[4].QueuedFrames, replies[4].WorkAheadMs));
    }

    [Fact]
    public async Task Images_that_leave_do_not_run_further_and_each_gets_its_own_answer()
    {
        // Its confidence is a tenth of its value, so 7 and 8 leave at exit 2.
        using var stream = await BusyAsync(new ExitPolicy(Gates.Confidence, [0, 0, 0.5f]));
        await stream.SendAsync(Frames.Of(cut: 1, value: 7));
        await stream.SendAsync(Frames.Of(cut: 1, value: 1));
        await stream.SendAsync(Frames.Of(cut: 1, value: 8));
        await stream.QueuedAsync();
        _engine.Release();

        var replies = await stream.ReadAsync(4);

        Assert.Equal(
            [(7u, 2u), (1u, 3u), (8u, 2u)],
            replies.Skip(1).Select(reply => (reply.Answer.ClassIndex, reply.Answer.Exit)));
        Assert.Equal([(3, 1), (2, 3), (3, 1)], _engine.Runs);
    }

    [Fact]
    public async Task A_frame_whose_deadline_passed_is_told_so_and_does_not_run()
    {
        using var stream = await BusyAsync();
        await stream.SendAsync(WithDeadline(Frames.Of(cut: 2)));
        await stream.SendAsync(new FeatureFrame { Payload = Frames.Of(cut: 2).Payload });
        var free = Frames.Of(cut: 2);
        free.DeadlineMs = 0;
        await stream.SendAsync(free);
        await stream.QueuedAsync();

        _time.Advance(Deadline);
        _engine.Release();

        var replies = await stream.ReadAsync(4);
        Assert.All(
            replies.Skip(1).Take(2), reply => Assert.Equal(Failure.Types.Kind.DeadlineExceeded, reply.Failure?.Kind));
        Assert.NotNull(replies[3].Answer);
        Assert.Equal([(3, 1), (3, 1)], _engine.Runs);
    }

    [Fact]
    public async Task A_frame_within_its_deadline_is_answered()
    {
        using var stream = await BusyAsync();
        await stream.SendAsync(WithDeadline(Frames.Of(cut: 2)));
        await stream.QueuedAsync();

        _time.Advance(Deadline - TimeSpan.FromMilliseconds(1));
        _engine.Release();

        Assert.All(await stream.ReadAsync(2), reply => Assert.NotNull(reply.Answer));
    }

    [Fact]
    public async Task A_deadline_that_passes_between_segments_stops_that_frame_alone()
    {
        using var stream = await BusyAsync();
        await stream.SendAsync(WithDeadline(Frames.Of(cut: 1, value: 3)));
        var other = Frames.Of(cut: 1, value: 4);
        other.DeadlineMs = 0;
        await stream.SendAsync(other);
        await stream.QueuedAsync();
        _engine.BeforeSegment = segment => _time.Advance(segment == 2 ? Deadline : TimeSpan.Zero);
        _engine.Release();

        var replies = await stream.ReadAsync(3);

        Assert.Equal(Failure.Types.Kind.DeadlineExceeded, replies[1].Failure?.Kind);
        Assert.Equal(4u, replies[2].Answer?.ClassIndex);
        Assert.Equal([(3, 1), (2, 2), (3, 1)], _engine.Runs);
    }

    [Fact]
    public async Task Frames_of_a_stream_that_has_gone_do_not_run()
    {
        using var stream = await BusyAsync();
        using (var gone = await _server.OpenAsync())
        {
            await gone.SendAsync(Frames.Of(cut: 1));
            await gone.SendAsync(Frames.Of(cut: 1));
            await gone.QueuedAsync();
        }

        await _server.UntilAsync(description => description.Load.Streams == 1);
        await stream.SendAsync(Frames.Of(cut: 2));
        await stream.QueuedAsync();
        _engine.Release();

        Assert.All(await stream.ReadAsync(2), reply => Assert.NotNull(reply.Answer));
        Assert.Equal([(3, 1), (3, 1)], _engine.Runs);
    }

    [Fact]
    public async Task Frames_of_a_stream_that_was_ended_do_not_run()
    {
        using var stream = await BusyAsync();
        using var ended = await _server.OpenAsync();
        await ended.SendAsync(Frames.Of(cut: 1));
        await ended.QueuedAsync();
        await ended.SendAsync(Frames.Hello());
        await ended.EndAsync();

        await stream.SendAsync(Frames.Of(cut: 2));
        await stream.QueuedAsync();
        _engine.Release();

        Assert.All(await stream.ReadAsync(2), reply => Assert.NotNull(reply.Answer));
        Assert.Equal([(3, 1), (3, 1)], _engine.Runs);
    }

    [Fact]
    public async Task A_fault_of_the_engine_fails_its_batch_and_the_next_frame_is_answered()
    {
        using var stream = await _server.OpenAsync();
        _engine.BeforeSegment = _ => throw new InvalidOperationException("a secret path");

        var failed = await stream.AskAsync(Frames.Of(cut: 2));
        _engine.BeforeSegment = null;
        var next = await stream.AskAsync(Frames.Of(cut: 2));

        Assert.Equal(Failure.Types.Kind.Internal, failed.Failure?.Kind);
        Assert.DoesNotContain("secret", failed.Failure!.Reason, StringComparison.Ordinal);
        Assert.Contains(_server.Log.Lines, line => line.Contains("a secret path", StringComparison.Ordinal));
        Assert.NotNull(next.Answer);
    }

    /// <summary>A stream whose frame 0 is in the engine, which is held.</summary>
    private async Task<InferStream> BusyAsync(ExitPolicy? policy = null)
    {
        var stream = await _server.OpenAsync(policy is null ? null : Frames.Hello(policy));
        _engine.Hold();
        await stream.SendAsync(Frames.Of(cut: 2));
        await _engine.EnteredAsync();
        return stream;
    }

    private static FeatureFrame WithDeadline(FeatureFrame frame)
    {
        frame.DeadlineMs = (uint)Deadline.TotalMilliseconds;
        return frame;
    }
}
