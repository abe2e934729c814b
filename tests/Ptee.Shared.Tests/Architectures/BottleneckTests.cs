using Ptee.Shared.Architectures;
using Ptee.Shared.Features;
using Ptee.Shared.Profiling;

namespace Ptee.Shared.Tests.Architectures;

public sealed class BottleneckTests
{
    public static TheoryData<string> Names => new(Backbones.Names);

    /// <summary>At every cut of every backbone where one fits at all.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_decoder_undoes_the_encoder_s_shape_and_the_encoder_stays_within_its_share(string name)
    {
        var backbone = Backbones.Build(new Architecture(name, Backbones.Shortcuts(name)[0], 10, 32));
        var macs = BackboneProfile.Of(backbone).Macs;
        var fitted = 0;
        for (var block = 0; block < backbone.Blocks.Count; block++)
        {
            var shape = backbone.ShapeAfter(block);
            if (!backbone.CanCutAfter(block) || !Fits(shape, macs, out var width))
            {
                continue;
            }

            var layers = Bottleneck.Build(shape, width, channels: 16, backbone.IsRectifiedAfter(block));

            Assert.Equal(layers.Latent, Counter.Count(layers.Encoder, shape).Out);
            Assert.Equal(shape, Counter.Count(layers.Decoder, layers.Latent).Out);
            Assert.InRange(layers.EncoderMacs, 1, Bottleneck.MostEncoderShare * macs);
            fitted++;
        }

        Assert.True(fitted > 0, "no cut of this backbone can have a bottleneck");
    }

    [Theory]
    [InlineData("resnet56", 10, true)]
    [InlineData("vgg16", 2, true)]
    [InlineData("mobilenetv2", 3, false)] // Its blocks end in a convolution.
    public void Features_are_known_to_be_rectified(string name, int block, bool expected) =>
        Assert.Equal(expected, Backbones.Build(new Architecture(name, Backbones.Shortcuts(name)[0], 10, 32)).IsRectifiedAfter(block));

    [Fact]
    public void Sixteen_rows_and_more_are_halved_and_fewer_are_not()
    {
        Assert.Equal(new FeatureShape(24, 8, 8), Bottleneck.LatentOf(new FeatureShape(32, 16, 16), 24));
        Assert.Equal(new FeatureShape(24, 8, 8), Bottleneck.LatentOf(new FeatureShape(64, 8, 8), 24));
    }

    [Fact]
    public void What_costs_a_device_too_much_or_saves_nothing_is_refused()
    {
        Assert.Contains(
            "an encoder for features of 64x8x8 costs more than 3 % of the backbone's 1000 macs",
            Assert.Throws<PteeFormatException>(() => Bottleneck.WidthFor(new FeatureShape(64, 8, 8), 24, backboneMacs: 1000)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "a latent of 80x8x8 is larger than the features, 64x8x8",
            Assert.Throws<PteeFormatException>(() => Bottleneck.Build(new FeatureShape(64, 8, 8), 8, 80, rectified: true)).Message, StringComparison.Ordinal);
    }

    private static bool Fits(FeatureShape shape, long macs, out int width)
    {
        try
        {
            width = Bottleneck.WidthFor(shape, channels: 16, macs);
            return true;
        }
        catch (PteeFormatException)
        {
            width = 0;
            return false;
        }
    }
}
