using Microsoft.Extensions.Time.Testing;
using Ptee.Edge.Classification;
using Ptee.Edge.Offload;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;
using Ptee.Shared.Inference;
using Ptee.Shared.Reports;
using Ptee.Shared.Wire;

namespace Ptee.Tests.Edge.Classification;

/// <summary>The device against a real gRPC server on loopback.</summary>
public sealed class OffloadedImagesTests(EdgeModel model) : IClassFixture<EdgeModel>
{
    private const int Count = 6;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task An_image_that_an_exit_is_sure_of_is_never_sent()
    {
        await using var server = await ScriptedServer.StartAsync(ServerSession.AnswerAll);
        await using var link = await ConnectedAsync(server, model.AllSure);

        var records = await model.Classifier(model.AllSure, link).AllAsync(Pictures(Count));

        Assert.All(records, record => Assert.Equal(
            (0, ImageRecord.EdgeTier, false, 0), (record.Exit, record.Tier, record.Degraded, record.PayloadBytes)));
        await link.DisposeAsync();
        Assert.Equal((1, 0), (server.Streams, server.FramesWaiting));
    }

    [Fact]
    public async Task Device_and_server_together_say_what_the_whole_network_says()
    {
        var plan = model.Plan(ExitPolicy.Never, codec: FeatureCodecs.Float32);
        var whole = await model.Classifier(model.Plan(ExitPolicy.Never, withServer: false)).AllAsync(Pictures(Count));
        await using var server = await ScriptedServer.StartAsync(session => FinishAsync(session, plan));
        await using var link = await ConnectedAsync(server, plan);

        var records = await model.Classifier(plan, link).AllAsync(Pictures(Count));

        Assert.Equal(whole.Select(Records.Said), records.Select(Records.Said));
        Assert.All(records, record => Assert.Equal(
            (ImageRecord.ServerTier, false, false), (record.Tier, record.Degraded, record.BelowThreshold)));
    }

    [Theory]
    [InlineData(FeatureCodecs.Float32, 0, 4 * 16 * 32 * 32)]
    [InlineData(FeatureCodecs.UInt8, 0, 16 * 32 * 32)]
    [InlineData(FeatureCodecs.Float32, 1, 4 * 32 * 16 * 16)]
    [InlineData(FeatureCodecs.UInt8, 1, 32 * 16 * 16)]
    public async Task A_payload_is_as_long_as_its_codec_says(string codec, int split, int bytes)
    {
        var plan = model.Plan(ExitPolicy.Never, split, codec);
        await using var server = await ScriptedServer.StartAsync(ServerSession.AnswerAll);
        await using var link = await ConnectedAsync(server, plan);

        var record = Assert.Single(await model.Classifier(plan, link).AllAsync(Pictures(1)));

        Assert.Equal(bytes, record.PayloadBytes);
        var frame = (await server.NextFrameAsync()).Raw;
        Assert.Equal((bytes, (uint)split), (frame.Payload.Length, frame.Cut));
    }

    [Fact]
    public async Task An_image_whose_answer_is_late_gets_the_deepest_local_one()
    {
        var time = new FakeTimeProvider();
        await using var server = await ScriptedServer.StartAsync(ServerSession.NeverAnswer);
        await using var link = await ConnectedAsync(server, model.NeverSure, time: time);
        var running = model.Classifier(model.NeverSure, link).AllAsync(Pictures(Count));
        for (var i = 0; i < Count; i++)
        {
            await server.NextFrameAsync();
        }

        time.Advance(Deadline);

        AssertDegraded(await running, await LocalAsync(Count));
    }

    [Fact]
    public async Task A_server_that_is_full_degrades_and_does_not_fail()
    {
        await using var server = await ScriptedServer.StartAsync(async session =>
        {
            await session.AcceptAsync();
            while (await session.NextAsync() is { } frame)
            {
                await session.FailAsync(frame.Id, Failure.Types.Kind.ResourceExhausted);
            }
        });
        await using var link = await ConnectedAsync(server, model.NeverSure);

        var records = await model.Classifier(model.NeverSure, link).AllAsync(Pictures(Count));

        AssertDegraded(records, await LocalAsync(Count));
    }

    [Fact]
    public async Task A_stream_that_breaks_in_mid_run_loses_no_image_and_later_ones_reach_the_server_again()
    {
        const int before = 8;
        const int after = 4;
        var back = new ManualResetEventSlim();
        await using var server = await ScriptedServer.StartAsync(AbortTheFirstAsync);
        await using var link = await ConnectedAsync(
            server, model.NeverSure, notice => { if (notice.Up) { back.Set(); } });
        // The pictures after the break wait until the link is back, so they must reach the server.
        var pictures = Pictures(before + after).Select((picture, i) => i < before
            ? picture
            : picture with { Pixels = () => { Assert.True(back.Wait(Waiting.Bound)); return picture.Pixels(); } });

        var records = await model.Classifier(model.NeverSure, link, new ClassifierOptions { InFlight = 4 })
            .AllAsync(pictures);

        Assert.Equal(before + after, records.Length);
        var degraded = records.Where(record => record.Degraded).ToArray();
        Assert.InRange(degraded.Length, 3, before - 1); // One was answered; the three on their way cannot have been.
        AssertDegraded(degraded, (await LocalAsync(before + after)).Where(
            said => degraded.Any(record => record.Index == said.Index)));
        Assert.All(records[before..], record => Assert.Equal(
            (ImageRecord.ServerTier, false), (record.Tier, record.Degraded)));
        Assert.Equal((1, 2), (link.Reconnects, server.Streams));
    }

    private static async Task AbortTheFirstAsync(ServerSession session)
    {
        if (session.Number > 1)
        {
            await ServerSession.AnswerAll(session);
            return;
        }

        await session.AcceptAsync();
        var first = await session.NextAsync();
        await session.AnswerAsync(first!.Id);
        for (var i = 0; i < 3; i++)
        {
            await session.NextAsync();
        }

        session.Abort();
    }

    private static IEnumerable<InputPicture> Pictures(int count) => InputPictures.Of(EdgeModel.Images(count));

    private static void AssertDegraded(
        IEnumerable<ImageRecord> records, IEnumerable<(int Index, int Class, int Exit, float Score)> local)
    {
        Assert.Equal(local, records.Select(Records.Said));
        Assert.All(records, record => Assert.Equal((ImageRecord.EdgeTier, true, true), (record.Tier, record.Degraded, record.BelowThreshold)));
    }

    private async Task<IEnumerable<(int Index, int Class, int Exit, float Score)>> LocalAsync(int count)
    {
        var plan = model.Plan(ExitPolicy.Never, split: 1, withServer: false);
        return (await model.Classifier(plan).AllAsync(Pictures(count))).Select(Records.Said);
    }

    /// <summary>What a server does, by the words of the protocol.</summary>
    private async Task FinishAsync(ServerSession session, SplitPlan plan)
    {
        var manifest = model.Bundle.Manifest;
        var hello = await session.AcceptAsync();
        var policy = new ExitPolicy(hello.Gate, hello.Thresholds);
        var codec = FeatureCodecs.Create(hello.Codecs[0], manifest.Cuts[plan.Split]);
        var features = new float[manifest.Cuts[plan.Split].Shape.Count];
        while (await session.NextAsync() is { } frame)
        {
            codec.Decode(frame.Raw.Payload.Span, features);
            var answer = new Cascade(manifest, model.Engine)
                .Run(plan.Split + 1, manifest.Cuts.Length, 1, features, policy).Answers.Span[0];
            await session.AnswerAsync(frame.Id, new Answer
            {
                ClassIndex = (uint)answer.Class,
                Exit = (uint)answer.Exit,
                Score = answer.Score,
                Probability = answer.Probability,
            });
        }
    }

    private async Task<ServerLink> ConnectedAsync(
        ScriptedServer server, SplitPlan plan, Action<LinkNotice>? notify = null, TimeProvider? time = null)
    {
        var link = new ServerLink(model.Bundle, plan.Codecs, plan.Policy, new ServerLinkOptions
        {
            Server = server.Address,
            Deadline = time is null ? Waiting.Bound : Deadline,
            ReadyTimeout = Waiting.Bound,
            Time = time ?? TimeProvider.System,
            Random = new NoJitter(),
            Notify = notify ?? (_ => { }),
        });
        Assert.True(await link.ConnectAsync().Bounded());
        return link;
    }
}
