using Ptee.Training.Batches;

namespace Ptee.Tests.BackboneTraining;

public sealed class EpochTests
{
    /// <summary>Written out: a sequence that another process would not have is noticed here.</summary>
    [Fact]
    public void The_same_seed_and_epoch_give_the_same_order_in_every_process()
    {
        int[] expected = [.. Enumerable.Range(0, 10)];
        new Random(1_000_003 + 2).Shuffle(expected);

        Assert.Equal(expected, new Epoch(seed: 1, epoch: 2, images: 10, batchSize: 10)[0]);
    }

    [Fact]
    public void Every_image_comes_at_most_once_and_all_batches_are_full()
    {
        var epoch = new Epoch(seed: 1, epoch: 0, images: 10, batchSize: 4);
        var seen = Enumerable.Range(0, epoch.Batches).SelectMany(batch => epoch[batch]).ToArray();

        Assert.Equal(8, seen.Length);
        Assert.Equal(8, seen.Distinct().Count());
    }

    [Fact]
    public void Fewer_images_than_a_batch_are_one_batch() =>
        Assert.Equal(3, new Epoch(seed: 1, epoch: 0, images: 3, batchSize: 8)[0].Length);
}
