using Ptee.Shared.Architectures;
using Ptee.Shared.Features;
using Ptee.Shared.Profiling;

namespace Ptee.Shared.Tests.Profiling;

/// <summary>The published figures of PTEENet, to the digit.</summary>
public sealed class CounterTests
{
    [Theory]
    [InlineData("resnet20", "B", 41_407_104, 272_474)]
    [InlineData("resnet20", "A", 41_120_384, 269_722)]
    public void ResNet20_costs_what_the_paper_counts(string name, string shortcut, long macs, long parameters)
    {
        var profile = Profile(name, shortcut);

        Assert.Equal(macs, profile.Macs);
        Assert.Equal(parameters, profile.Parameters);
    }

    [Theory]
    [InlineData("resnet32", "B", 70.06, 0.467)]
    [InlineData("resnet110", "B", 256.32, 1.731)]
    [InlineData("vgg19", "", 400.00, 20.566)]
    [InlineData("densenet121", "", 898.06, 6.956)]
    public void Larger_backbones_cost_what_the_paper_prints(
        string name, string shortcut, double millionMacs, double millionParameters)
    {
        var profile = Profile(name, shortcut);

        Assert.Equal(millionMacs, profile.Macs / 1e6, 2);
        Assert.Equal(millionParameters, profile.Parameters / 1e6, 3);
    }

    /// <summary>VGG-16 is VGG-19 without one convolution, its norm and its ReLU in each of the last three stages.</summary>
    [Fact]
    public void VGG16_costs_what_VGG19_does_without_the_three_layers()
    {
        static long Layer(int channels, int rows) => (((9L * channels) + 1 + 2 + 1) * channels) * rows * rows;

        Assert.Equal(
            Profile("vgg19", "").Macs - Layer(256, 8) - Layer(512, 4) - Layer(512, 2), Profile("vgg16", "").Macs);
    }

    [Fact]
    public void MobileNetV2_costs_what_a_count_by_hand_gives()
    {
        // Input channels, expansion, output channels, rows going in, stride; one line a block.
        (int In, int Expansion, int Out, int Rows, int Stride)[] blocks =
        [
            (32, 1, 16, 32, 1),
            (16, 6, 24, 32, 1), (24, 6, 24, 32, 1),
            (24, 6, 32, 32, 2), (32, 6, 32, 16, 1), (32, 6, 32, 16, 1),
            (32, 6, 64, 16, 2), (64, 6, 64, 8, 1), (64, 6, 64, 8, 1), (64, 6, 64, 8, 1),
            (64, 6, 96, 8, 1), (96, 6, 96, 8, 1), (96, 6, 96, 8, 1),
            (96, 6, 160, 8, 2), (160, 6, 160, 4, 1), (160, 6, 160, 4, 1),
            (160, 6, 320, 4, 1),
        ];
        const int NormAndRelu = 3;
        var macs = (27L + NormAndRelu) * 32 * 32 * 32;
        foreach (var (channels, expansion, width, rows, stride) in blocks)
        {
            var hidden = channels * expansion;
            var (before, after) = (rows * rows, (rows / stride) * (rows / stride));
            macs += expansion > 1 ? ((long)channels + NormAndRelu) * hidden * before : 0;
            macs += (9L + NormAndRelu) * hidden * after;
            macs += (hidden + 2L) * width * after;
        }

        macs += ((320L + NormAndRelu) * 1280 * 16) + (1280 * 16) + (1280 * 10);

        Assert.Equal(macs, Profile("mobilenetv2", "").Macs);
    }

    [Theory]
    [InlineData(16, 4_859)]
    [InlineData(32, 18_923)]
    [InlineData(64, 74_699)]
    public void A_conv2_branch_has_the_paper_s_parameters(int channels, long parameters) =>
        Assert.Equal(parameters, Branches.Build("conv2", new FeatureShape(channels, 32, 32), 10).Parameters);

    [Fact]
    public void The_branches_of_ResNet20_cost_their_published_share()
    {
        var backbone = Backbones.Build(new Architecture("resnet20", "B", 10, 32));
        var whole = BackboneProfile.Of(backbone).Macs;
        var trunk = BackboneProfile.Of(backbone).TrunkMacs(1);

        double Cost(string branch) => (double)(trunk + Branches.Build(branch, backbone.Blocks[1].Out, 10).Macs) / whole;

        Assert.Equal(0.1868, Cost("conv1"), 4);
        Assert.Equal(0.2449, Cost("conv2"), 4);
        Assert.Equal(0.3031, Cost("conv3"), 4);
    }

    [Fact]
    public void A_network_on_the_picture_costs_what_a_count_by_hand_gives()
    {
        // Input channels, output channels, rows coming out; two of the norm and one of the ReLU for each value.
        (long In, long Out, long Rows)[] halving = [(3, 16, 32), (16, 32, 16), (32, 64, 8), (64, 128, 4)];
        var convolutions = halving.Sum(layer => ((9 * layer.In) + 3) * layer.Out * layer.Rows * layer.Rows);

        // Depthwise, pointwise, a norm each, a ReLU between them and one after the sum; two at 8 rows and two at 4.
        (long Channels, long Rows)[] separable = [(64, 8), (64, 8), (128, 4), (128, 4)];
        var residuals = separable.Sum(block => (9 + 3 + block.Channels + 3) * block.Channels * block.Rows * block.Rows);
        const long PoolAndHeads = (128 * 4 * 4) + (128 * 10) + 128;

        var macs = Branches.Build(Branches.Pixels, new FeatureShape(3, 32, 32), 10).Macs;

        Assert.Equal(convolutions + residuals + PoolAndHeads, macs);
        Assert.InRange((double)macs / Profile("resnet110", "B").Macs, 0.02, 0.025);
    }

    [Fact]
    public void A_strided_branch_is_cheaper_than_the_paper_s_at_full_resolution()
    {
        var shape = new FeatureShape(16, 32, 32);

        Assert.True(Branches.Build(Branches.StridedLight, shape, 10).Macs < Branches.Build("conv2", shape, 10).Macs);
    }

    [Fact]
    public void Every_block_gives_what_the_next_one_takes()
    {
        foreach (var name in Backbones.Names)
        {
            var blocks = Backbones.Build(new Architecture(name, Backbones.Shortcuts(name)[^1], 10, 32)).Blocks;
            Assert.All(blocks.Zip(blocks.Skip(1)), pair => Assert.Equal(pair.First.Out, pair.Second.In));
            Assert.All(blocks, block => Assert.Equal(block.Out, Counter.Count(block.Body, block.In).Out));
        }
    }

    private static BackboneProfile Profile(string name, string shortcut) =>
        BackboneProfile.Of(Backbones.Build(new Architecture(name, shortcut, 10, 32)));
}
