using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Profiling;
using Ptee.Shared.Weights;
using static TorchSharp.torch;

namespace Ptee.Tests.Model;

public sealed class BackboneNetworkTests
{
    private readonly BackboneNetwork _network;

    public BackboneNetworkTests()
    {
        TorchRuntime.Initialize(threads: 1);
        _network = new BackboneNetwork(Backbones.Build(new Architecture("resnet20", "B", 10, 32))).Freeze();
    }

    [Fact]
    public void Every_block_gives_the_shape_that_its_description_says()
    {
        foreach (var name in Backbones.Names)
        {
            using var network = new BackboneNetwork(Backbones.Build(new Architecture(name, Backbones.Shortcuts(name)[^1], 10, 32))).Freeze();
            using var scope = NewDisposeScope();
            using var mode = inference_mode();
            var y = randn(2, 3, 32, 32);
            for (var block = 0; block < network.Backbone.Blocks.Count; block++)
            {
                y = network.Run(y, block..(block + 1));
                var expected = network.Backbone.Blocks[block].Out;
                Assert.Equal(expected.Count, y.NumberOfElements / 2);
                Assert.Equal(expected.Channels, y.shape[1]);
            }
        }
    }

    [Fact]
    public void The_modules_have_as_many_parameters_as_the_description_counts() => Assert.Equal(
        BackboneProfile.Of(_network.Backbone).Parameters, _network.Parameters.Sum(parameter => parameter.NumberOfElements));

    [Theory]
    [InlineData("vgg19", "features.0.bias", "features.50.running_mean", "classifier.1.weight", "classifier.6.bias")]
    [InlineData("densenet121", "conv1.weight", "dense1.0.bn1.weight", "dense4.15.conv2.weight", "trans3.conv.weight", "bn.running_var")]
    [InlineData("mobilenetv2", "features.0.0.weight", "features.1.conv.0.1.bias", "features.17.conv.2.weight", "features.18.1.weight", "classifier.1.bias")]
    public void The_keys_of_the_other_families_are_those_of_public_checkpoints(string name, params string[] usual)
    {
        using var network = new BackboneNetwork(Backbones.Build(new Architecture(name, "", 10, 32)));

        Assert.All(usual, key => Assert.Contains(key, network.CopyWeights().Keys));
    }

    [Fact]
    public void The_keys_are_those_that_public_checkpoints_have()
    {
        string[] usual =
        [
            "conv1.weight", "bn1.running_mean", "layer1.0.conv1.weight", "layer2.0.shortcut.0.weight",
            "layer2.0.shortcut.1.running_var", "layer3.2.bn2.bias", "linear.weight", "linear.bias",
        ];
        var keys = _network.CopyWeights().Keys;

        Assert.All(usual, key => Assert.Contains(key, keys));
        Assert.DoesNotContain(keys, key => key.Contains("part", StringComparison.Ordinal) || key.Contains('/', StringComparison.Ordinal));
    }

    [Fact]
    public void Running_a_frozen_network_changes_nothing()
    {
        var before = _network.CopyWeights();
        using (var scope = NewDisposeScope())
        {
            _network.Run(randn(4, 3, 32, 32) + 5, ..);
        }

        var after = _network.CopyWeights();
        Assert.All(before, entry => Assert.Equal(entry.Value.Values, after[entry.Key].Values));
    }

    [Fact]
    public void Weights_that_do_not_fit_are_named_with_both_shapes_and_nothing_is_taken_over()
    {
        var weights = _network.CopyWeights();
        var before = weights["conv1.weight"].Values[0];
        weights.Remove("bn1.bias");
        weights["extra"] = new Weight([3], [1, 2, 3]);
        weights["linear.bias"] = new Weight([7], new float[7]);
        weights["conv1.weight"] = new Weight([16, 3, 3, 3], new float[16 * 27]);

        var message = Assert.Throws<PteeFormatException>(() => _network.SetWeights(weights)).Message;

        Assert.Contains("missing bn1.bias (16)", message, StringComparison.Ordinal);
        Assert.Contains("left over extra (3)", message, StringComparison.Ordinal);
        Assert.Contains("linear.bias is 7, expected 10", message, StringComparison.Ordinal);
        Assert.Equal(before, _network.CopyWeights()["conv1.weight"].Values[0]);
    }
}
