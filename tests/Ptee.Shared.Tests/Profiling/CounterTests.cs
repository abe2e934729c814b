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
    [InlineData("resnet32", 70.06, 0.467)]
    [InlineData("resnet110", 256.32, 1.731)]
    public void Deeper_ResNets_cost_what_the_paper_prints(string name, double millionMacs, double millionParameters)
    {
        var profile = Profile(name, "B");

        Assert.Equal(millionMacs, profile.Macs / 1e6, 2);
        Assert.Equal(millionParameters, profile.Parameters / 1e6, 3);
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
            var blocks = Backbones.Build(new Architecture(name, "A", 10, 32)).Blocks;
            Assert.All(blocks.Zip(blocks.Skip(1)), pair => Assert.Equal(pair.First.Out, pair.Second.In));
            Assert.All(blocks, block => Assert.Equal(block.Out, Counter.Count(block.Body, block.In).Out));
        }
    }

    private static BackboneProfile Profile(string name, string shortcut) =>
        BackboneProfile.Of(Backbones.Build(new Architecture(name, shortcut, 10, 32)));
}
