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

    /// <summary>Those that end in a global pool, and so not VGG's five poolings and fixed classifier.</summary>
    [Fact]
    public void Networks_say_whether_they_take_smaller_crops() => Assert.Equal(
        ["vgg16", "vgg19"],
        Backbones.Names.Where(name => !Backbones.Build(new Architecture(name, Backbones.Shortcuts(name)[0], 10, 32)).TakesOtherSizes).Order());
}
