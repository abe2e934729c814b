using Google.Protobuf;
using Ptee.Shared.Features;
using Ptee.Shared.Wire;

namespace Ptee.Tests.Server;

public sealed class FrameTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await RunningServer.StartAsync(new ScriptedEngine(Frames.Bundle.Manifest));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Fields_that_are_left_out_are_as_in_the_frame_before()
    {
        var u8 = Frames.Payload(FeatureCodecs.UInt8, cut: 2, new float[64 * 8 * 8]);
        var f32 = Frames.Payload(FeatureCodecs.Float32, cut: 1, new float[32 * 16 * 16]);
        using var stream = await _server.OpenAsync();

        // A payload is only right for its own cut and codec, so an answer says that these were understood.
        Assert.Equal((40u, true), Seen(await stream.AskAsync(
            new FeatureFrame { Id = 40, Cut = 2, Codec = Frames.UInt8, Payload = u8 })));
        Assert.Equal((41u, true), Seen(await stream.AskAsync(new FeatureFrame { Payload = u8 })));
        Assert.Equal((42u, true), Seen(await stream.AskAsync(
            new FeatureFrame { Cut = 1, Codec = Frames.Float32, Payload = f32 })));
        Assert.Equal((43u, true), Seen(await stream.AskAsync(new FeatureFrame { Payload = f32 })));
        Assert.Equal((44u, false), Seen(await stream.AskAsync(new FeatureFrame { Payload = u8 })));
        await stream.CompleteAsync();
    }

    [Fact]
    public async Task An_id_that_is_not_above_those_before_is_refused_and_the_stream_goes_on()
    {
        var frame = Frames.Of(cut: 2);
        frame.Id = 40;
        using var stream = await _server.OpenAsync();
        Assert.Equal((40u, true), Seen(await stream.AskAsync(frame)));

        var again = await stream.AskAsync(frame);

        Assert.Equal(Failure.Types.Kind.BadFrame, again.Failure?.Kind);
        Assert.Equal("id 40, expected one above 40, the highest so far", again.Failure!.Reason);
        Assert.Equal((41u, true), Seen(await stream.AskAsync(Frames.Of(cut: 2))));
    }

    [Fact]
    public async Task A_first_frame_has_to_give_its_cut()
    {
        var frame = Frames.Of(cut: 2);
        using var stream = await _server.OpenAsync();

        var first = await stream.AskAsync(new FeatureFrame { Payload = frame.Payload });

        Assert.Equal(Failure.Types.Kind.BadFrame, first.Failure.Kind);
        Assert.Equal("no frame of this stream has given its cut yet", first.Failure.Reason);
        Assert.Equal((1u, true), Seen(await stream.AskAsync(frame)));
    }

    public static TheoryData<string, string> Bad => new()
    {
        { "one byte more", "f32: expected at most 16384 bytes at cut 2, got 16385" },
        { "one byte less", "f32: expected 16384 bytes for 64x8x8, got 16383" },
        { "nothing", "f32: expected 16384 bytes for 64x8x8, got 0" },
        { "NaN", "f32: value 0 of 64x8x8 is NaN, expected a finite number" },
        { "infinity", "f32: value 0 of 64x8x8 is Infinity, expected a finite number" },
        { "cut", "cut 3, expected 0 to 2" },
        { "huge cut", "cut 4294967295, expected 0 to 2" },
        { "codec", "codec 3, expected 0 to 2, an index into Hello's" },
        { "codec without tables", "codec 2: this bundle has no tables for it at cut 2" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_bad_frame_is_answered_and_the_stream_goes_on(string what, string reason)
    {
        using var stream = await _server.OpenAsync();

        var reply = await stream.AskAsync(Spoilt(what));

        Assert.Equal((Failure.Types.Kind.BadFrame, reason), (reply.Failure.Kind, reply.Failure.Reason));
        Assert.Equal(5u, reply.Id);
        Assert.Equal((6u, true), Seen(await stream.AskAsync(Frames.Of(cut: 2))));
        await stream.CompleteAsync();
    }

    [Fact]
    public async Task InferOnce_answers_a_bad_frame_too()
    {
        var reply = await _server.InferOnceAsync(Spoilt("one byte less"));

        Assert.Equal((5u, Failure.Types.Kind.BadFrame), (reply.Id, reply.Failure.Kind));
    }

    private static (ulong Id, bool Answered) Seen(InferReply reply) =>
        (reply.Id, reply.OutcomeCase == InferReply.OutcomeOneofCase.Answer);

    private static FeatureFrame Spoilt(string what)
    {
        var frame = what switch
        {
            "NaN" => Frames.Of(cut: 2, float.NaN),
            "infinity" => Frames.Of(cut: 2, float.PositiveInfinity),
            _ => Frames.Of(cut: 2),
        };
        frame.Id = 5;
        switch (what)
        {
            case "one byte more": frame.Payload = ByteString.CopyFrom([.. frame.Payload.Span, 0]); break;
            case "one byte less": frame.Payload = ByteString.CopyFrom(frame.Payload.Span[1..]); break;
            case "nothing": frame.Payload = ByteString.Empty; break;
            case "cut": frame.Cut = 3; break;
            case "huge cut": frame.Cut = uint.MaxValue; break;
            case "codec": frame.Codec = 3; break;
            case "codec without tables": frame.Codec = 2; break;
        }

        return frame;
    }
}
