using Ptee.Training.Batches;

namespace Ptee.Tests.Batches;

public sealed class MixTests
{
    private static readonly float[] Pictures = [1, 2, 10, 20, 100, 200, 1000, 2000];

    [Fact]
    public void Half_of_a_batch_is_blended_and_the_rest_is_left_alone()
    {
        float[] batch = [.. Pictures];

        Augmenter.Mix(batch, count: 4, share: 0.5, new Random(3));

        Assert.Equal(Pictures[4..], batch[4..]);
        Assert.NotEqual(Pictures[..4], batch[..4]);
        // Both values of a picture are blended with the same weight, so the ratio that all pictures have stays.
        Assert.All(Enumerable.Range(0, 2), picture => Assert.Equal(2 * batch[picture * 2], batch[(picture * 2) + 1], 0.01));
        Assert.All(batch, value => Assert.InRange(value, 0, 2000));
    }

    [Fact]
    public void A_share_of_nothing_changes_neither_the_pictures_nor_the_random_numbers()
    {
        float[] batch = [.. Pictures];
        var random = new Random(3);

        Augmenter.Mix(batch, count: 4, share: 0, random);

        Assert.Equal(Pictures, batch);
        Assert.Equal(new Random(3).Next(), random.Next());
    }
}
