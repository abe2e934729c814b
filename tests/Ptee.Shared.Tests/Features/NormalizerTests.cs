using Ptee.Shared.Preprocessing;

namespace Ptee.Shared.Tests.Features;

public sealed class NormalizerTests
{
    [Fact]
    public void Every_byte_of_every_channel_comes_back()
    {
        var normalizer = new Normalizer(PreprocessingSpec.ImageNet(16));
        var pixels = Enumerable.Range(0, PreprocessingSpec.Channels * 256).Select(i => (byte)i).ToArray();
        var values = new float[pixels.Length];
        var back = new byte[pixels.Length];

        normalizer.Normalize(pixels, values);
        normalizer.Denormalize(values, back);

        Assert.Equal(pixels, back);
    }

    [Fact]
    public void Values_that_no_byte_becomes_end_at_the_nearest()
    {
        var back = new byte[3];

        new Normalizer(PreprocessingSpec.ImageNet(1)).Denormalize([-100, 100, float.PositiveInfinity], back);

        Assert.Equal([0, 255, 255], back);
    }
}
