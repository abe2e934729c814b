using Ptee.Edge.Classification;
using Ptee.Edge.Offload;
using Ptee.Shared.Adaptation;
using Ptee.Shared.Bundles;
using Ptee.Shared.Reports;

namespace Ptee.Tests.Edge.Classification;

/// <summary>The device with a bandit over its thresholds.</summary>
public sealed class AdaptedImagesTests(EdgeModel model) : IClassFixture<EdgeModel>
{
    private const int Count = 12;
    private readonly Bundle _bundle = model.Bundle.WithCurve();

    [Fact]
    public async Task Every_image_is_learned_from_whether_it_left_or_the_server_answered()
    {
        var (bandit, offload) = (Bandit(), new FakeOffload());
        var running = Classifier(bandit, offload).AllAsync(Pictures);
        while (!running.IsCompleted)
        {
            var next = offload.NextAsync();
            if (await Task.WhenAny(next, running) == next)
            {
                offload.Answer(await next);
            }
        }

        var records = await running;

        // The laxest choice is learned about from every image, whichever was made.
        var arms = bandit.Report().Arms;
        Assert.Equal(Count, arms.Sum(arm => arm.Images));
        Assert.NotNull(arms[^1].Reward);
        Assert.Contains(records, record => record.Tier == ImageRecord.ServerTier); // The first choice sends everything.
    }

    [Fact]
    public async Task An_image_that_the_server_did_not_answer_teaches_nothing()
    {
        var bandit = Bandit();

        var records = await Classifier(bandit, new DeadOffload()).AllAsync(Pictures);

        Assert.All(records, record => Assert.True(record.Degraded));
        Assert.All(bandit.Report().Arms, arm => Assert.Null(arm.Reward));
    }

    [Fact]
    public async Task With_nobody_to_hand_over_to_the_deepest_local_exit_s_answer_is_learned_from()
    {
        var bandit = Bandit();

        await Classifier(bandit, offload: null).AllAsync(Pictures);

        Assert.All(bandit.Report().Arms, arm => Assert.NotNull(arm.Reward));
    }

    private static IEnumerable<InputPicture> Pictures => InputPictures.Of(EdgeModel.Images(Count));

    private ThresholdBandit Bandit() => new(_bundle.Manifest, OperatingPoint.Accurate, split: 1);

    private SplitClassifier Classifier(ThresholdBandit bandit, IOffload? offload)
    {
        var plan = SplitPlan.Create(_bundle, new SplitSettings(Split: 1), withServer: offload is not null);
        return new SplitClassifier(_bundle, model.Engine, plan, offload, bandit: bandit);
    }

    /// <summary>Takes everything and loses it.</summary>
    private sealed class DeadOffload : IOffload
    {
        public bool IsUp => true;

        public Task<OffloadReply> SendAsync(int cut, int codec, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default) =>
            Task.FromResult(new OffloadReply(OffloadStatus.Lost, default, Sent: true));
    }
}
