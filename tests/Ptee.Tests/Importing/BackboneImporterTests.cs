using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Weights;
using Ptee.Training.Checkpoints;
using Ptee.Training.Importing;

namespace Ptee.Tests.Importing;

public sealed class BackboneImporterTests
{
    public BackboneImporterTests() => TorchRuntime.Initialize(threads: 1);

    [Theory]
    [InlineData("resnet20-12fca82f.th", "resnet20")]
    [InlineData("resnet56-4bfd9763.th", "resnet56")]
    [InlineData("resnet110-cifar10.safetensors", "resnet110")]
    public void Public_checkpoints_fit_and_their_shortcuts_are_seen(string file, string architecture)
    {
        var path = TestData.Folder("checkpoints", file);

        using var network = BackboneImporter.Import(architecture, Checkpoint.Read(path).Weights, 32, path);

        Assert.Equal("A", network.Backbone.Architecture.Shortcut);
        Assert.Equal(10, network.Backbone.Classes);
    }

    [Theory]
    [InlineData("linear", "fc", "shortcut", "downsample")]
    [InlineData("linear", "linear", "shortcut", "shortcut")]
    public void Usual_names_of_the_last_layer_and_the_shortcut_are_understood(string ours, string theirs, string shortcut, string theirShortcut)
    {
        using var network = NewNetwork("B");
        var weights = network.CopyWeights().ToDictionary(
            entry => entry.Key.Replace(ours, theirs, StringComparison.Ordinal).Replace(shortcut, theirShortcut, StringComparison.Ordinal),
            entry => entry.Value);

        using var imported = BackboneImporter.Import("resnet20", weights, 32, "x.pth");

        Assert.Equal("B", imported.Backbone.Architecture.Shortcut);
        Assert.All(network.CopyWeights(), entry => Assert.Equal(entry.Value.Values, imported.CopyWeights()[entry.Key].Values));
    }

    [Fact]
    public void A_missing_a_left_over_and_a_mis_shaped_key_are_named_with_the_file()
    {
        using var network = NewNetwork("A");
        var weights = network.CopyWeights();
        weights.Remove("layer1.0.bn1.weight");
        weights["layer9.weight"] = new Weight([2], [0, 0]);
        weights["conv1.weight"] = new Weight([16, 1, 3, 3], new float[144]);

        var message = Assert.Throws<PteeFormatException>(() => BackboneImporter.Import("resnet20", weights, 32, "x.pth")).Message;

        Assert.StartsWith("x.pth: weights do not fit resnet20", message, StringComparison.Ordinal);
        Assert.Contains("missing layer1.0.bn1.weight (16)", message, StringComparison.Ordinal);
        Assert.Contains("left over layer9.weight (2)", message, StringComparison.Ordinal);
        Assert.Contains("conv1.weight is 16x1x3x3, expected 16x3x3x3", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_huge_last_layer_allocates_nothing_that_the_file_does_not_hold()
    {
        using var network = NewNetwork("A");
        var weights = network.CopyWeights();
        weights["linear.bias"] = new Weight([300_000], new float[300_000]);

        Assert.Throws<PteeFormatException>(() => BackboneImporter.Import("resnet20", weights, 32, "x.pth"));
    }

    private static BackboneNetwork NewNetwork(string shortcut) =>
        new(Backbones.Build(new Architecture("resnet20", shortcut, 10, 32)));
}
