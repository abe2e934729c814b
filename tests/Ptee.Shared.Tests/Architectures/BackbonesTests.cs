using Ptee.Shared.Architectures;

namespace Ptee.Shared.Tests.Architectures;

public sealed class BackbonesTests
{
    [Theory]
    [InlineData("resnet21", "A", 10, 32, "unknown architecture 'resnet21'; known: densenet121, mobilenetv2, resnet110")]
    [InlineData("resnet20", "", 10, 32, "resnet20: shortcut is '', expected A or B")]
    [InlineData("vgg19", "B", 10, 32, "vgg19: shortcut is 'B', expected none")]
    [InlineData("vgg19", "", 10, 16, "vgg19: input size is 16, expected 32 to 1024")]
    [InlineData("resnet20", "A", 10, 7, "resnet20: input size is 7, expected 8 to 1024")]
    [InlineData("densenet121", "", 1, 32, "densenet121: classes is 1, expected 2 to 100000")]
    public void What_cannot_be_built_is_refused_with_what_was_expected(string name, string shortcut, int classes, int size, string expected) =>
        Assert.StartsWith(
            expected,
            Assert.Throws<PteeFormatException>(() => Backbones.Build(new Architecture(name, shortcut, classes, size))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Every_backbone_can_be_built_for_the_smallest_picture_it_allows()
    {
        foreach (var name in Backbones.Names)
        {
            var size = name.StartsWith("vgg", StringComparison.Ordinal) ? 32 : Backbones.MinInputSize;
            var blocks = Backbones.Build(new Architecture(name, Backbones.Shortcuts(name)[0], 10, size)).Blocks;

            Assert.All(blocks, block => Assert.True(block.Out.Count > 0, $"{name} {block.Name} gives {block.Out}"));
        }
    }

    [Fact]
    public void Every_backbone_for_pictures_of_32_takes_crops_of_24() => Assert.All(
        Backbones.Names,
        name => Assert.True(Backbones.Build(new Architecture(name, Backbones.Shortcuts(name)[0], 10, 32)).TakesSize(24), name));

    /// <summary>A classifier that counts its features takes the sizes that leave it as many.</summary>
    [Theory]
    [InlineData(32, 33, false)]
    [InlineData(48, 24, false)] // PyTorch drops a row of 48's last pool.
    [InlineData(64, 32, false)]
    [InlineData(64, 33, true)]
    public void Vgg_takes_crops_that_leave_as_many_features(int size, int crop, bool taken) =>
        Assert.Equal(taken, Backbones.Build(new Architecture("vgg16", "", 10, size)).TakesSize(crop));
}
