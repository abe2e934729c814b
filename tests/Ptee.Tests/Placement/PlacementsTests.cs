using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Profiling;
using Ptee.Tests.Data;
using Ptee.Training.Placement;

namespace Ptee.Tests.Placement;

/// <summary>The placements that PTEENet publishes, option B shortcuts.</summary>
public sealed class PlacementsTests
{
    [Theory]
    [InlineData("resnet20", 3, new[] { 1, 2, 3 }, new[] { .1282, .2445, .3609 })]
    [InlineData("resnet32", 5, new[] { 1, 2, 3, 4, 5 }, new[] { .0758, .1445, .2133, .2820, .3508 })]
    [InlineData(
        "resnet110", 10, new[] { 3, 6, 8, 10, 12, 14, 16, 18, 20, 22 },
        new[] { .0583, .1147, .1523, .1898, .2274, .2650, .3026, .3402, .3734, .4106 })]
    [InlineData("vgg19", 3, new[] { 0, 1, 2 }, new[] { .1003, .2426, .5736 })]
    [InlineData("densenet121", 3, new[] { 1, 2, 3 }, new[] { .0538, .1103, .1716 })]
    public void Fine_puts_exits_where_the_paper_does(string name, int exits, int[] blocks, double[] trunk)
    {
        var backbone = Backbones.Build(new Architecture(name, Backbones.Shortcuts(name)[0], 10, 32));
        var profile = BackboneProfile.Of(backbone);

        var placed = Placements.Place(Placements.Fine, backbone, exits);

        Assert.Equal(blocks, placed);
        Assert.All(placed.Zip(trunk), place => Assert.Equal(place.Second, (double)profile.TrunkMacs(place.First) / profile.Macs, 4));
    }

    [Fact]
    public void ResNet110_with_ten_conv2_branches_costs_what_the_paper_s_notebook_prints()
    {
        var backbone = Backbones.Build(new Architecture("resnet110", "B", 10, 32));
        var profile = BackboneProfile.Of(backbone);
        double[] printed = [19.78, 34.23, 43.86, 53.49, 63.13, 72.76, 82.40, 92.03, 100.48, 110.01];

        var costs = Placements.Place(Placements.Fine, backbone, 10).Select(block =>
            (profile.TrunkMacs(block) + Branches.Build("conv2", backbone.Blocks[block].Out, 10).Macs) / 1e6);

        Assert.All(costs.Zip(printed), pair => Assert.Equal(pair.Second, pair.First, 2));
    }

    /// <summary>Blocks by name, and the paper cost of each exit with a conv2 branch.</summary>
    [Theory]
    [InlineData("resnet20", Placements.Pareto, "s1b2 s1b3 s2b2", new[] { .361, .478, .682 })]
    [InlineData("resnet20", Placements.Golden, "s1b2 s2b1 s2b3", new[] { .361, .566, .797 })]
    [InlineData("resnet20", Placements.Linear, "s1b3 s2b2 s3b1", new[] { .478, .682, .885 })]
    [InlineData(
        "resnet110", Placements.Pareto, "s1b11 s2b2 s2b9 s2b14 s3b1 s3b4 s3b7 s3b9 s3b11 s3b13",
        new[] { .227, .392, .522, .615, .704, .759, .815, .852, .889, .926 })]
    [InlineData("vgg19", Placements.Pareto, "pool2 pool3 pool4", null)]
    [InlineData("vgg19", Placements.Golden, "pool2 pool3 pool4", null)]
    [InlineData("vgg19", Placements.Linear, "pool3 pool4 pool5", null)]
    public void The_other_rules_put_exits_where_the_paper_s_recount_does(string name, string rule, string blocks, double[]? costs)
    {
        var backbone = Backbones.Build(new Architecture(name, Backbones.Shortcuts(name)[0], 10, 32));
        var profile = BackboneProfile.Of(backbone);
        var expected = blocks.Split(' ');

        var placed = Placements.Place(rule, backbone, expected.Length);

        Assert.Equal(expected, placed.Select(block => backbone.Blocks[block].Name));
        Assert.All(placed.Zip(costs ?? []), place => Assert.Equal(
            place.Second,
            (double)(profile.TrunkMacs(place.First) + Branches.Build("conv2", backbone.Blocks[place.First].Out, 10).Macs) / profile.Macs,
            3));
    }

    [Fact]
    public void A_placement_that_cannot_be_made_says_why() => Assert.Equal(
        "resnet20 has room for 8 exits by rule 'fine', asked for 9: no block is left to cut after at or above 37.0 % of the macs",
        Assert.Throws<PteeFormatException>(() => Placements.Place(Placements.Fine, ResNet20, 9)).Message);

    [Fact]
    public void Cuts_by_hand_are_taken_as_they_are() => Assert.Equal([3, 5, 8], Placements.ByHand("3, 5,8", ResNet20));

    [Fact]
    public void The_picture_is_a_place_before_the_first_block()
    {
        Assert.Equal([Backbone.Pixels, 3, 5], Placements.ByHand("pixels,3,5", ResNet20));
        Assert.Equal(0, BackboneProfile.Of(ResNet20).TrunkMacs(Backbone.Pixels));
        Assert.Equal((3, 32, 32), (ResNet20.ShapeAfter(Backbone.Pixels).Channels, ResNet20.Input.Height, ResNet20.Input.Width));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("9")]
    [InlineData("3,x")]
    [InlineData("5,3")]
    [InlineData("3,pixels")]
    [InlineData("-1,3")]
    [InlineData("3,3")]
    [InlineData("")]
    public void Cuts_that_are_no_cuts_are_refused(string blocks) =>
        Assert.StartsWith("--at: ", Assert.Throws<PteeFormatException>(() => Placements.ByHand(blocks, ResNet20)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{ \"block\": 0, \"branch\": \"pool\" }", "after block 0")]
    [InlineData("{ \"block\": -2, \"branch\": \"pool\" }", "after block -2")]
    [InlineData("{ \"block\": 99, \"branch\": \"pool\" }", "after block 99")]
    [InlineData("{ \"block\": 3, \"branch\": \"magic\" }", "unknown branch 'magic'")]
    [InlineData("{ \"block\": 3, \"branch\": \"pool\", \"confidence\": \"x\" }", "unknown confidence head 'x'")]
    [InlineData("{ \"block\": 3, \"branch\": \"pool\" }, { \"block\": 2, \"branch\": \"pool\" }", "in order")]
    [InlineData("", "0 exits")]
    [InlineData("null", "exit 0 is null,")]
    public void A_plan_that_was_edited_into_nonsense_is_refused(string exits, string expected)
    {
        using var folder = new TempFolder();
        var path = folder.Write("placement.json", System.Text.Encoding.UTF8.GetBytes($"{{ \"method\": \"at\", \"exits\": [ {exits} ] }}"));

        var message = Assert.Throws<PteeFormatException>(() => PlacementPlan.Read(path, ResNet20)).Message;

        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    private static Backbone ResNet20 => Backbones.Build(new Architecture("resnet20", "B", 10, 32));
}
