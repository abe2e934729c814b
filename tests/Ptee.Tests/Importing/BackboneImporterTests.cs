using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Weights;
using Ptee.Tests.Checkpoints;
using Ptee.Training.Checkpoints;
using Ptee.Training.Importing;

namespace Ptee.Tests.Importing;

/// <summary>Weights that are all different, so that one in another's place is seen.</summary>
public sealed class BackboneImporterTests
{
    public BackboneImporterTests() => TorchRuntime.Initialize(threads: 1);

    [Theory]
    [InlineData("resnet20-12fca82f.th", "resnet20")]
    [InlineData("resnet56-4bfd9763.th", "resnet56")]
    [InlineData("resnet110-cifar10.safetensors", "resnet110")]
    public void Public_checkpoints_fit_and_their_shortcuts_are_seen(string file, string architecture)
    {
        var imported = BackboneImporter.Import(architecture, Checkpoint.Read(TestData.Folder("checkpoints", file)), 32);
        using var network = imported.Network;

        Assert.Equal("A", network.Backbone.Architecture.Shortcut);
        Assert.Equal(10, network.Backbone.Classes);
        Assert.Empty(imported.Remarks);
    }

    [Theory]
    [InlineData("linear", "fc", "downsample")]
    [InlineData("linear", "linear", "shortcut")]
    [InlineData("linear", "classifier", "downsample")]
    public void Usual_names_of_the_last_layer_and_the_shortcut_are_understood(string ours, string theirs, string shortcut) => AssertImported(
        "resnet20", "B", key => key.Replace(ours, theirs, StringComparison.Ordinal).Replace("shortcut", shortcut, StringComparison.Ordinal));

    [Theory]
    [InlineData("module.")]
    [InlineData("a.b.c.module.")]
    public void A_prefix_of_all_keys_is_taken_off_in_safetensors_too(string prefix)
    {
        var weights = Seeded("resnet20", "A").ToDictionary(entry => prefix + entry.Key, entry => entry.Value);
        using var stream = new MemoryStream();
        Safetensors.Write(weights, stream);

        AssertSame(Seeded("resnet20", "A"), Checkpoint.Parse(stream.ToArray(), "x.safetensors"), "resnet20");
    }

    [Theory]
    [InlineData("resnet20", "A")]
    [InlineData("resnet20", "B")]
    [InlineData("densenet121", "")]
    [InlineData("mobilenetv2", "")]
    [InlineData("vgg16", "")]
    public void Tensors_without_any_known_name_are_taken_by_order_and_shape(string architecture, string shortcut)
    {
        var layers = new Dictionary<string, string>(StringComparer.Ordinal);
        AssertImported(architecture, shortcut, key =>
        {
            var layer = KeyName.LayerOf(key);
            layers.TryAdd(layer, $"part{layers.Count}");
            return $"{layers[layer]}.{KeyName.LeafOf(key)}";
        });
    }

    [Fact]
    public void The_order_of_safetensors_says_nothing_so_names_are_asked_for()
    {
        using var stream = new MemoryStream();
        Safetensors.Write(Seeded("resnet20", "A").ToDictionary(entry => $"x{entry.Key}", entry => entry.Value), stream);
        var checkpoint = Checkpoint.Parse(stream.ToArray(), "x.safetensors");

        Assert.EndsWith("--rename OLD=NEW gives tensors the names that are missing", Misfit(checkpoint), StringComparison.Ordinal);
        AssertSame(
            Seeded("resnet20", "A"), checkpoint, "resnet20",
            [new("xconv1", "conv1"), new("xbn1", "bn1"), new("xlayer1", "layer1"), new("xlayer2", "layer2"), new("xlayer3", "layer3"), new("xlinear", "linear")]);
    }

    [Fact]
    public void Order_and_shape_do_not_make_a_weight_of_a_bias()
    {
        // A batch norm's four rows have one shape: without their names nobody knows which is which.
        var number = 0;
        var saved = Save(Seeded("resnet20", "A").Select(entry => KeyValuePair.Create($"t{number++}.value", entry.Value)));

        Assert.Contains("missing bn1.bias", Misfit(saved), StringComparison.Ordinal);
    }

    [Fact]
    public void Vggs_that_number_their_linear_layers_otherwise_keep_their_order() => AssertImported(
        "vgg16", "", key => key.Replace("classifier.1", "classifier.0", StringComparison.Ordinal).Replace("classifier.4", "classifier.3", StringComparison.Ordinal));

    [Fact]
    public void A_pruned_weight_is_the_product_of_values_and_mask()
    {
        var weights = Seeded("resnet20", "A");
        var mask = new Weight([16, 3, 3, 3], [.. Enumerable.Range(0, 432).Select(i => i % 3 == 0 ? 0f : 1f)]);
        var conv = weights["conv1.weight"];
        var saved = Save(weights.Where(entry => entry.Key != "conv1.weight").Append(new("conv1.weight_orig", conv)).Append(new("conv1.weight_mask", mask)));

        weights["conv1.weight"] = new Weight(conv.Shape, [.. conv.Values.Zip(mask.Values, (value, kept) => value * kept)]);
        AssertSame(weights, saved, "resnet20");
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData("model", 1)]
    [InlineData("model_ema", 2)]
    [InlineData("teacher.net", 3)]
    public void Of_several_networks_the_trained_one_is_taken_or_the_one_that_is_asked_for(string? key, int seed)
    {
        var pickle = new PickleWriter().Dict().Mark()
            .Text("model_ema").Tensors(Seeded("resnet20", "A", 2), from: 0)
            .Text("teacher").Tensors(Seeded("resnet20", "A", 3).ToDictionary(entry => $"net.{entry.Key}", entry => entry.Value), from: 1000)
            .Text("model").Tensors(Seeded("resnet20", "A", 1), from: 2000)
            .SetItems().Stop();
        var storages = ((int Seed, int From)[])[(2, 0), (3, 1000), (1, 2000)];
        var checkpoint = Checkpoint.Parse(
            CheckpointFiles.Zip(pickle, [.. storages.SelectMany(part => Seeded("resnet20", "A", part.Seed).Select((entry, i) => ($"{part.From + i}", CheckpointFiles.Floats(entry.Value.Values))))]), "x.pth");

        var imported = BackboneImporter.Import("resnet20", checkpoint, 32, new ImportOptions(key));
        using var network = imported.Network;

        AssertEqual(Seeded("resnet20", "A", seed), network);
        Assert.Equal(
            key is null ? ["Took model (97 tensors) and left model_ema (97 tensors), teacher.net (97 tensors): --key model_ema takes that one instead."] : [],
            imported.Remarks);
        Assert.Equal(
            "x.pth: --key optimizer: no tensors there; expected one of: model_ema (97 tensors), teacher (97 tensors), model (97 tensors)",
            Assert.Throws<PteeFormatException>(() => BackboneImporter.Import("resnet20", checkpoint, 32, new ImportOptions("optimizer"))).Message);
    }

    [Fact]
    public void A_network_of_another_depth_beside_it_is_left()
    {
        var weights = Seeded("resnet20", "A").Select(entry => KeyValuePair.Create($"student.{entry.Key}", entry.Value))
            .Concat(Seeded("resnet32", "A").Select(entry => KeyValuePair.Create($"teacher.{entry.Key}", entry.Value)));

        var imported = BackboneImporter.Import("resnet20", Save(weights), 32);
        using var network = imported.Network;

        AssertEqual(Seeded("resnet20", "A"), network);
        Assert.StartsWith("Left out, because they are no part of the network: teacher.conv1.weight (16x3x3x3), ", Assert.Single(imported.Remarks), StringComparison.Ordinal);
        Assert.EndsWith("and 152 more.", imported.Remarks[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("head", "linear", "layer1.0.head.weight", "layer1.0.linear.weight")]
    [InlineData("cell.0", "conv1", "layer1.0.cell.0.weight", "layer1.0.conv1.weight")]
    [InlineData("cell.0", "conv1", "layer1.0.cell.01.weight", "layer1.0.cell.01.weight")]
    [InlineData("a", "b", "a.a.weight", "b.a.weight")]
    [InlineData("weight", "bias", "a.weight", "a.bias")]
    public void A_renaming_takes_whole_parts_of_a_name(string old, string renamed, string key, string expected) =>
        Assert.Equal(expected, Renaming.Parse($"{old}={renamed}").Apply(key));

    [Theory]
    [InlineData("linear", "expected OLD=NEW")]
    [InlineData("=linear", "expected OLD=NEW")]
    [InlineData(".=linear", "expected OLD=NEW")]
    [InlineData("a=b=c", "expected OLD=NEW")]
    [InlineData("tail=linear", "no tensor's name has 'tail' in it")]
    public void A_renaming_that_does_nothing_is_no_renaming(string text, string says) => Assert.Contains(
        says,
        Assert.Throws<PteeFormatException>(() => BackboneImporter.Import("resnet20", Save(Seeded("resnet20", "A")), 32, new ImportOptions(null, Renaming.Parse(text)))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_missing_a_left_over_and_a_mis_shaped_key_are_named_with_the_file()
    {
        var weights = Seeded("resnet20", "A");
        weights.Remove("layer1.0.bn1.weight");
        weights["layer9.weight"] = new Weight([2], [0, 0]);
        weights["conv1.weight"] = new Weight([16, 1, 3, 3], new float[144]);

        var message = Misfit(Save(weights.Select(entry => KeyValuePair.Create($"model.{entry.Key}", entry.Value))));

        Assert.StartsWith("x.pth: weights of model do not fit resnet20 (option A shortcuts): ", message, StringComparison.Ordinal);
        Assert.Contains("missing layer1.0.bn1.weight (16)", message, StringComparison.Ordinal);
        Assert.Contains("left over layer9.weight (2)", message, StringComparison.Ordinal);
        Assert.Contains("conv1.weight is 16x1x3x3, expected 16x3x3x3", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_inside_the_network_that_it_does_not_have_is_never_left_out_in_silence()
    {
        var weights = Seeded("resnet20", "A");
        weights["layer1.0.attention.weight"] = new Weight([16], new float[16]);

        Assert.Contains("left over layer1.0.attention.weight (16)", Misfit(Save(weights)), StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_numbers_where_a_weight_should_be_are_named()
    {
        var tensors = Seeded("resnet20", "A").Select(entry => KeyValuePair.Create(
            entry.Key, new StoredTensor(entry.Value.Shape, entry.Key == "linear.weight" ? ElementType.Int64 : ElementType.Float32, entry, 1, () => entry.Value.Values)));

        Assert.Contains(
            "mis-shaped linear.weight is 10x64 int64, expected 10x64",
            Misfit(new Checkpoint("x.pth", "", "", [new StateDict("", [.. tensors], IsOrdered: true)])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_shared_prefix_and_other_names_together_are_one_network()
    {
        var saved = Save(InOrder("resnet20", "A").Select(entry => KeyValuePair.Create($"net.x{entry.Key}", entry.Value)));

        var imported = BackboneImporter.Import("resnet20", saved, 32);
        using var network = imported.Network;

        AssertEqual(Seeded("resnet20", "A"), network);
        Assert.StartsWith("The tensors have other names than resnet20's: all 97 were taken by their order", Assert.Single(imported.Remarks), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(300_000)]
    [InlineData(1)]
    public void A_last_layer_of_impossible_size_is_refused(int classes)
    {
        var weights = Seeded("resnet20", "A");
        weights["linear.bias"] = new Weight([classes], new float[classes]);
        weights["linear.weight"] = new Weight([classes, 64], new float[classes * 64]);

        Assert.Contains($"linear.weight is {classes}x64, expected ", Misfit(Save(weights)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resnet20", "A")]
    [InlineData("resnet20", "B")]
    [InlineData("densenet121", "")]
    [InlineData("mobilenetv2", "")]
    [InlineData("vgg19", "")]
    public void The_keys_that_the_layers_say_are_those_that_the_modules_have(string architecture, string shortcut)
    {
        var backbone = Backbones.Build(new Architecture(architecture, shortcut, 7, 32));
        using var network = new BackboneNetwork(backbone);

        Assert.Equal(
            network.CopyWeights().Select(entry => $"{entry.Key} {entry.Value}").Order(StringComparer.Ordinal),
            WeightKeys.Of(backbone).Select(entry => $"{entry.Key} {WeightShape.Text(entry.Value)}").Order(StringComparer.Ordinal));
    }

    private static void AssertImported(string architecture, string shortcut, Func<string, string> rename) => AssertSame(
        Seeded(architecture, shortcut), Save(InOrder(architecture, shortcut).Select(entry => KeyValuePair.Create(rename(entry.Key), entry.Value))), architecture);

    private static void AssertSame(Dictionary<string, Weight> expected, Checkpoint checkpoint, string architecture, params Renaming[] renamings)
    {
        using var network = BackboneImporter.Import(architecture, checkpoint, 32, new ImportOptions(null, renamings)).Network;
        AssertEqual(expected, network);
    }

    private static void AssertEqual(Dictionary<string, Weight> expected, BackboneNetwork network)
    {
        var got = network.CopyWeights();
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), got.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, entry => Assert.Equal(entry.Value.Values, got[entry.Key].Values));
    }

    private static string Misfit(Checkpoint checkpoint) =>
        Assert.Throws<PteeFormatException>(() => BackboneImporter.Import("resnet20", checkpoint, 32)).Message;

    private static Checkpoint Save(IEnumerable<KeyValuePair<string, Weight>> weights) => Checkpoint.Parse(CheckpointFiles.Saved(weights), "x.pth");

    /// <summary>In the order in which PyTorch saves them.</summary>
    private static IEnumerable<KeyValuePair<string, Weight>> InOrder(string architecture, string shortcut)
    {
        var weights = Seeded(architecture, shortcut);
        return WeightKeys.Of(Backbones.Build(new Architecture(architecture, shortcut, 10, 32))).Select(slot => KeyValuePair.Create(slot.Key, weights[slot.Key]));
    }

    /// <summary>Every value of every tensor another one.</summary>
    private static Dictionary<string, Weight> Seeded(string architecture, string shortcut, int seed = 1)
    {
        var random = new Random(seed);
        return WeightKeys.Of(Backbones.Build(new Architecture(architecture, shortcut, 10, 32))).ToDictionary(
            slot => slot.Key,
            slot => new Weight(slot.Value, [.. Enumerable.Range(0, slot.Value.Aggregate(1, (count, size) => count * size)).Select(_ => random.NextSingle())]),
            StringComparer.Ordinal);
    }
}
