using Ptee.Model;
using Ptee.Server.Hosting;
using Ptee.Server.Scheduling;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;
using Ptee.Shared.Inference;
using Ptee.Shared.Wire;

namespace Ptee.Tests.Server;

/// <summary>The server's answers against the cascade run here, on the same engine with real layers.</summary>
public sealed class AnswerTests : IAsyncLifetime
{
    private const int Images = 10;
    private const double Tolerance = 1e-5;
    private readonly TorchEngine _engine = new(Frames.Bundle, threads: 1);
    private readonly Cascade _cascade;
    private RunningServer _server = null!;

    public AnswerTests() => _cascade = new Cascade(Frames.Bundle.Manifest, _engine);

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(_engine);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(0u, FeatureCodecs.Float32)]
    [InlineData(0u, FeatureCodecs.UInt8)]
    [InlineData(1u, FeatureCodecs.Float32)]
    [InlineData(2u, FeatureCodecs.Float32)]
    public async Task Answers_are_those_of_the_cascade(uint cut, string codec)
    {
        var payloads = Features(cut).Select(features => Frames.Payload(codec, cut, features)).ToArray();
        var decoder = FeatureCodecs.Create(codec, Frames.Bundle.Manifest.Cuts[cut]);
        var decoded = payloads.Select(payload => Decoded(decoder, payload.ToByteArray(), cut)).ToArray();
        var policy = Dividing(cut, decoded);
        var expected = decoded.Select(features => Run(cut, 3, features, policy)).ToArray();
        using var stream = await _server.OpenAsync(Frames.Hello(policy));

        foreach (var payload in payloads)
        {
            await stream.SendAsync(new FeatureFrame
            {
                Cut = cut,
                Codec = codec == FeatureCodecs.UInt8 ? Frames.UInt8 : Frames.Float32,
                Payload = payload,
            });
        }

        var replies = await stream.ReadAsync(Images);
        Assert.All(replies, (reply, i) => RequireEqual(expected[i], reply.Answer));
        // The premise: thresholds divide the images, but at the last cut, where only the backbone's exit is left.
        Assert.Equal(cut < 2, replies.Select(reply => reply.Answer.Exit).Distinct().Count() > 1);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(2u)]
    public void Company_in_a_batch_does_not_change_an_answer(uint cut)
    {
        var images = Features(cut);
        var policy = Dividing(cut, images);
        var replies = new ReplySink(new LoadCounters());
        var model = new ServedModel(Frames.Bundle);
        var (queue, pool) = (new FrameQueue(model.Manifest.SegmentCount, Images), new FeaturePool(model.Manifest, Images));
        foreach (var (i, features) in images.Index())
        {
            var memory = pool.Rent();
            features.CopyTo(memory, 0);
            Assert.True(queue.TryAdd(new WaitingFrame
            {
                Id = (ulong)i,
                Segment = (int)cut + 1,
                FirstExit = (int)cut + 1,
                Features = memory,
                Policy = policy,
                Deadline = new FrameDeadline(TimeProvider.System, Arrived: 0, Milliseconds: 0),
                Replies = replies,
                Caller = CancellationToken.None,
            }));
        }

        queue.Complete();
        var runner = new BatchRunner(model, _engine, queue, pool, TimeProvider.System);
        for (var batch = new List<WaitingFrame>(); queue.Take(Images, batch, dropped: []); batch.Clear())
        {
            runner.Run(batch);
        }

        for (var i = 0; i < Images; i++)
        {
            Assert.True(replies.Replies.TryRead(out var reply), $"{i} replies, expected {Images}");
            RequireEqual(Run(cut, 3, images[reply.Id], policy), reply.Answer);
        }

        Assert.False(replies.Replies.TryRead(out _), "a frame was replied to twice");
    }

    [Fact]
    public async Task A_class_s_own_thresholds_count_at_the_server_s_exits_too()
    {
        var images = Features(cut: 0);
        var dividing = Dividing(cut: 0, images);
        var leaver = images.Select(image => Run(0, 3, image, dividing)).First(answer => answer.Exit < 3);
        var thresholds = dividing.Thresholds.SelectMany(threshold => Enumerable.Repeat(threshold, 10)).ToArray();
        thresholds[(leaver.Exit * 10) + leaver.Class] = ExitPolicy.Never;
        var policy = new ExitPolicy(dividing.Gate, thresholds, classes: 10);
        using var stream = await _server.OpenAsync(Frames.Hello(policy));

        foreach (var image in images)
        {
            await stream.SendAsync(Frames.Of(cut: 0, image));
        }

        var replies = await stream.ReadAsync(Images);
        Assert.All(replies, (reply, i) => RequireEqual(Run(0, 3, images[i], policy), reply.Answer));
        Assert.DoesNotContain(replies, reply =>
            (reply.Answer.Exit, reply.Answer.ClassIndex) == ((uint)leaver.Exit, (uint)leaver.Class));
    }

    [Fact]
    public async Task InferOnce_gives_the_same_answer()
    {
        var features = Features(cut: 0)[0];
        var policy = ExitPolicy.Uniform(Gates.Confidence, 0.5f, earlyExits: 3);

        var reply = await _server.InferOnceAsync(Frames.Of(cut: 0, features), Frames.Hello(policy));

        RequireEqual(Run(0, 3, features, policy), reply.Answer);
    }

    [Fact]
    public async Task Features_that_overflow_the_network_are_a_bad_frame()
    {
        var features = Enumerable.Repeat(float.MaxValue, 64 * 8 * 8).ToArray();

        var reply = await _server.InferOnceAsync(Frames.Of(cut: 2, features));

        Assert.Equal(Failure.Types.Kind.BadFrame, reply.Failure?.Kind);
    }

    private static void RequireEqual(ExitAnswer expected, Answer actual)
    {
        Assert.Equal(((uint)expected.Exit, (uint)expected.Class), (actual.Exit, actual.ClassIndex));
        Assert.Equal(expected.Probability, actual.Probability, Tolerance);
        Assert.Equal(expected.Score, actual.Score, Tolerance);
    }

    /// <summary>From faint to glaring, so that the exits are not equally sure of all.</summary>
    private static float[][] Features(uint cut)
    {
        var random = new Random(11);
        var count = Frames.Bundle.Manifest.Cuts[cut].Shape.Count;
        return [.. Enumerable.Range(1, Images).Select(i =>
            Enumerable.Range(0, count).Select(_ => random.NextSingle() * i).ToArray())];
    }

    private static float[] Decoded(IFeatureCodec codec, byte[] payload, uint cut)
    {
        var features = new float[Frames.Bundle.Manifest.Cuts[cut].Shape.Count];
        codec.Decode(payload, features);
        return features;
    }

    private ExitAnswer Run(uint cut, int last, float[] features, ExitPolicy policy) =>
        _cascade.Run((int)cut + 1, last, 1, features, policy).Answers.Span[0];

    /// <summary>
    /// Thresholds with images on both sides: in the widest gap between their scores, because the same image in a larger
    /// batch may score a little differently.
    /// </summary>
    private ExitPolicy Dividing(uint cut, float[][] images)
    {
        var never = ExitPolicy.Uniform(Gates.MaxProbability, ExitPolicy.Never, earlyExits: 3);
        var thresholds = Enumerable.Range(0, 3).Select(exit =>
        {
            if (exit <= cut)
            {
                return ExitPolicy.Never;
            }

            var scores = images.Select(image => Run(cut, exit, image, never).Score).Order().ToArray();
            var (low, high) = scores.Zip(scores.Skip(1)).MaxBy(pair => pair.Second - pair.First);
            Assert.True(high - low > 10 * Tolerance, $"exit {exit} scores all images alike");
            return (low + high) / 2;
        });
        return new ExitPolicy(Gates.MaxProbability, [.. thresholds]);
    }
}
