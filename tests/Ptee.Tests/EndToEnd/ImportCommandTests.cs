using Ptee.Shared.Architectures;
using Ptee.Shared.Weights;
using Ptee.Tests.Checkpoints;
using Ptee.Tests.Data;
using Ptee.Training.Folders;
using static Ptee.Tests.EndToEnd.InProcess;

namespace Ptee.Tests.EndToEnd;

/// <summary><c>ptee import</c> as people call it: what it says, and what it leaves where it should not write.</summary>
[Collection(Alone.Name)]
public sealed class ImportCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_says_on_its_output_what_it_took_and_what_it_left()
    {
        var file = _folder.Write("two.pth", CheckpointFiles.Saved(
            [.. Prefixed("net.", seed: 1), .. Prefixed("ema.", seed: 2), new("criterion.weight", new Weight([10], new float[10]))], "state_dict"));

        var run = await Programs.PteeAsync("import", file, "--arch", "resnet20", "-o", _folder["model"]);

        Assert.Equal(0, run.Status);
        Assert.Empty(run.Error);
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("resnet20 (option A shortcuts) from PyTorch zip: 97 tensors, ", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            ["Took state_dict.net (97 tensors) and left state_dict.ema (97 tensors): --key state_dict.ema takes that one instead.",
                "Left out, because they are no part of the network: criterion.weight (10)."],
            lines[1..]);
    }

    [Fact]
    public async Task Key_and_rename_choose()
    {
        var file = _folder.Write("two.pth", CheckpointFiles.Saved([.. Prefixed("net.", seed: 1), .. Prefixed("ema.", seed: 2)]));
        await Run("import", file, "--arch", "resnet20", "-o", _folder["ema"], "--key", "ema");
        var other = _folder.Write("other.pth", CheckpointFiles.Saved(
            Prefixed("", seed: 2).Select(entry => new KeyValuePair<string, Weight>(entry.Key.Replace("bn1", "norm", StringComparison.Ordinal).Replace("linear", "head", StringComparison.Ordinal), entry.Value))));
        await Run("import", other, "--arch", "resnet20", "-o", _folder["renamed"], "--rename", "norm=bn1", "--rename", "head=linear");

        var (ema, renamed) = (new ModelFolder(_folder["ema"]), new ModelFolder(_folder["renamed"]));
        Assert.Equal(await File.ReadAllBytesAsync(ema.BackboneWeights), await File.ReadAllBytesAsync(renamed.BackboneWeights));
        Assert.Equal(Prefixed("", seed: 2).First().Value.Values, ModelFolder.ReadWeights(ema.BackboneWeights)["conv1.weight"].Values);
    }

    [Fact]
    public async Task Another_network_in_the_folder_is_not_replaced()
    {
        var (one, other) = (_folder.Write("one.pth", CheckpointFiles.Saved(Prefixed("", seed: 1))), _folder.Write("other.pth", CheckpointFiles.Saved(Prefixed("", seed: 2))));
        var model = new ModelFolder(_folder["model"]);
        await Run("import", one, "--arch", "resnet20", "-o", model.Path);
        var before = Directory.GetFiles(model.Path).Order().Select(File.ReadAllText).ToArray();

        Assert.Equal(
            $"ptee: {model.Path}: has another network, a resnet20 (option A shortcuts), which would be lost; expected a folder without one, or the same network",
            await Refused("import", other, "--arch", "resnet20", "-o", model.Path));

        Assert.Equal(before, Directory.GetFiles(model.Path).Order().Select(File.ReadAllText));
        await Run("import", one, "--arch", "resnet20", "-o", model.Path, "--labels", "cifar10");
        Assert.Equal("airplane", model.ReadDescription().Labels[0]);
    }

    [Fact]
    public async Task An_import_that_fails_leaves_no_folder()
    {
        var file = _folder.Write("one.pth", CheckpointFiles.Saved(Prefixed("", seed: 1)));

        await Refused("import", file, "--arch", "resnet32", "-o", _folder["made/model"]);
        await Refused("import", file, "--arch", "resnet20", "-o", _folder["made/model"], "--labels", "a,b");

        Assert.False(Directory.Exists(_folder["made/model"]));
    }

    private static IEnumerable<KeyValuePair<string, Weight>> Prefixed(string prefix, int seed)
    {
        var random = new Random(seed);
        return [.. WeightKeys.Of(Backbones.Build(new Architecture("resnet20", "A", 10, 32))).Select(slot => KeyValuePair.Create(
            prefix + slot.Key, new Weight(slot.Value, [.. Enumerable.Range(0, slot.Value.Aggregate(1, (count, size) => count * size)).Select(_ => random.NextSingle())])))];
    }
}
