using Ptee.Model;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Tests.Data;
using Ptee.Training.Folders;
using static Ptee.Tests.EndToEnd.InProcess;

namespace Ptee.Tests.EndToEnd;

/// <summary>Which folders the training commands take, write and leave alone, on a file of random pictures.</summary>
[Collection(Alone.Name)]
public sealed class TrainingFoldersTests : IDisposable
{
    private const int Images = 150; // One batch of the backbone's training, and one in ten held out.
    private readonly TempFolder _folder = new();

    public TrainingFoldersTests() => _folder.Write("pictures.bin", ToyData.Cifar(seed: 3, Images));

    private string Data => _folder["pictures.bin"];

    private string Model => _folder["model"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_backbone_can_be_trained_further_and_says_from_what()
    {
        await Run("backbone", "train", "--arch", "resnet20", "--data", Data, "--epochs", "1", "-o", Model);
        await Run("backbone", "train", "--arch", "resnet20", "--data", Data, "--epochs", "1", "--rate", "0.000001", "--from", Model, "-o", _folder["further"]);

        var (first, second) = (new ModelFolder(Model), new ModelFolder(_folder["further"]));
        Assert.EndsWith(
            $"from {first.ReadDescription().Provenance.Sha256}", second.ReadDescription().Provenance.Source, StringComparison.Ordinal);
        Assert.Contains(
            "backbone.json: a resnet20, expected a resnet32 as --arch says",
            await Refused("backbone", "train", "--arch", "resnet32", "--data", Data, "--from", Model, "-o", _folder["other"]), StringComparison.Ordinal);
        // At that rate one step moves next to nothing: the weights are still those it began with.
        var (before, after) = (ModelFolder.ReadWeights(first.BackboneWeights), ModelFolder.ReadWeights(second.BackboneWeights));
        Assert.Equal(before["linear.weight"].Values, after["linear.weight"].Values, (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public async Task What_is_refused_leaves_no_folder()
    {
        await Run("backbone", "train", "--arch", "resnet20", "--data", Data, "--epochs", "1", "--small-epochs", "0", "-o", Model);
        await Run("place", Model, "--at", "3", "--branch", "pool", "--confidence", "class-means");
        var (other, files) = (new ModelFolder(_folder["other"]), new ModelFolder(Model));

        Assert.Contains(
            "loss paper trains confidence heads, and class-means does not learn; expected loss independent or sequential",
            await Refused("train", Model, "--data", Data, "--loss", "paper", "-o", other.Path), StringComparison.Ordinal);
        Assert.Contains("loss outermost trains confidence heads", await Refused("sweep", Model, "--data", Data, "--loss", "outermost", "--lambda", "0.5"), StringComparison.Ordinal);
        Assert.Contains(
            $"{files.ExitWeights}: not found; run ptee train {Model} first",
            await Refused("train", Model, "--data", Data, "--loss", "heads", "-o", other.Path), StringComparison.Ordinal);
        Assert.Contains(
            "--json /proc/x: cannot be written", await Refused("train", Model, "--data", Data, "--json", "/proc/x", "-o", other.Path), StringComparison.Ordinal);
        Assert.Contains("-o: expected a value, got an empty one", await Refused("train", Model, "--data", Data, "-o", ""), StringComparison.Ordinal);
        Assert.Contains("/proc/x.png: cannot be written", await Refused("sweep", Model, "--data", Data, "--lambda", "0.5", "-o", "/proc/x.png"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(other.Path));
        Assert.False(Directory.Exists(Path.Combine(Model, "sweep")));

        await Run("place", Model, "--at", "3", "--branch", "pool");
        await Run("train", Model, "--data", Data, "--loss", "paper", "--epochs", "1", "--batch", "32", "-o", _folder["paper"]);
        Assert.Contains(
            "loss heads trains sorted heads, and the exits have linear",
            await Refused("train", _folder["paper"], "--data", Data, "--loss", "heads", "-o", other.Path), StringComparison.Ordinal);
        Assert.Contains(
            "--resume needs the same",
            await Refused(
                "train", Model, "--data", Data, "--loss", "paper", "--seed", "2", "--epochs", "1", "--batch", "32", "--resume",
                "--checkpoint", _folder["paper/exits-checkpoint"], "-o", other.Path),
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(other.Path));
    }

    [Fact]
    public async Task Heads_learn_again_for_another_folder()
    {
        await Run("backbone", "train", "--arch", "resnet20", "--data", Data, "--epochs", "1", "--small-epochs", "0", "-o", Model);
        var (other, files) = (new ModelFolder(_folder["other"]), new ModelFolder(Model));
        await Run("place", Model, "--at", "3", "--branch", "pool", "--confidence", "sorted");
        await Run("train", Model, "--data", Data, "--loss", "independent", "--epochs", "1", "--batch", "32");
        var before = await File.ReadAllBytesAsync(files.ExitWeights);
        await Run("train", Model, "--data", Data, "--loss", "heads", "--seed", "2", "-o", other.Path);

        Assert.Equal(before, await File.ReadAllBytesAsync(files.ExitWeights));
        Assert.StartsWith("heads, after epoch 1, ", JsonFile.Read<Provenance>(other.Training).Source, StringComparison.Ordinal);
        var (old, learned) = (ModelFolder.ReadWeights(files.ExitWeights), ModelFolder.ReadWeights(other.ExitWeights));
        Assert.Equal(old.Keys.Order(), learned.Keys.Order());
        // Heads are kept where that helps on the held-out pictures, which random ones need not do; the branch stays in any case.
        Assert.All(
            old.Keys.Where(name => !name.Contains("confidence", StringComparison.Ordinal)), name => Assert.Equal(old[name].Values, learned[name].Values));
    }

    [Fact]
    public async Task Only_the_same_backbone_is_imported_under_trained_exits()
    {
        using var network = new BackboneNetwork(Backbones.Build(new Architecture("resnet20", "A", 10, 32)));
        var (one, other) = (_folder["one.safetensors"], _folder["other.safetensors"]);
        ModelFolder.WriteWeights(one, SeededWeights.Like(network.CopyWeights(), seed: 1));
        ModelFolder.WriteWeights(other, SeededWeights.Like(network.CopyWeights(), seed: 2));
        var files = new ModelFolder(Model);
        await Run("import", one, "--arch", "resnet20", "-o", Model);
        File.Copy(one, files.ExitWeights); // What is in it does not matter here.

        await Run("import", one, "--arch", "resnet20", "-o", Model, "--labels", "cifar10");
        var before = await File.ReadAllBytesAsync(files.BackboneWeights);
        Assert.Contains("trained on the backbone that is there now", await Refused("import", other, "--arch", "resnet20", "-o", Model), StringComparison.Ordinal);

        Assert.Equal("airplane", files.ReadDescription().Labels[0]);
        Assert.Equal(before, await File.ReadAllBytesAsync(files.BackboneWeights));
    }

    [Fact]
    public async Task What_cannot_be_swept_or_drawn_is_answered_with_one_line()
    {
        Assert.Equal(
            "ptee: --small-crop is '40', expected a whole number from 8 to 32 (ptee backbone train --help shows how)",
            (await Refused("backbone", "train", "--arch", "vgg16", "--data", Data, "--small-crop", "40", "-o", _folder["vgg"])).Trim());
        Assert.Equal(
            "ptee: --codecs-only leaves gate, thresholds and points as they are: expected no --gate beside it",
            (await Refused("calibrate", Model, "--codecs-only", "--gate", "margin")).Trim());
        Assert.Contains("unknown engine 'tpu'; known: onnx, torch", await Refused("place", Model, "--method", "measured", "--engine", "tpu"), StringComparison.Ordinal);
        Assert.Contains(
            "--codec quant has no tables with --codec-loss 0",
            await Refused("calibrate", Model, "--within", "bytes=9", "--codec", "quant", "--codec-loss", "0"), StringComparison.Ordinal);
        Assert.Contains("no --within bytes=…, so no bytes are counted: expected no --codec beside it", await Refused("calibrate", Model, "--codec", "u8"), StringComparison.Ordinal);
        Assert.Contains("--threshold is '2', expected a number from 0 to 1.01", await Refused("sweep", Model, "--lambda", "0.5", "--threshold", "2"), StringComparison.Ordinal);
        Assert.Contains(
            "--refit keeps the networks that there are: expected no --cut beside it", await Refused("train-codec", Model, "--refit", "--cut", "0"), StringComparison.Ordinal);
        Assert.Contains(
            "--loss heads trains no branch and has no epochs: expected no --epochs beside it",
            await Refused("train", Model, "--loss", "heads", "--epochs", "3"), StringComparison.Ordinal);
        Assert.Contains(
            "expected at least a batch of 128",
            await Refused("backbone", "train", "--arch", "resnet20", "--data", Data, "--images", "20", "-o", _folder["few"]), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["few"]));
        Assert.Contains(
            "no --within ms=…, so no time is measured: expected no --engine beside it", await Refused("calibrate", Model, "--engine", "torch"), StringComparison.Ordinal);
        Assert.Contains(
            "--loss independent has no λ: expected no --lambda beside it",
            await Refused("train", Model, "--loss", "independent", "--lambda", "7"), StringComparison.Ordinal);
        Assert.Contains("--lambda is '0.5,x', expected 1 to 100 numbers from 0 to 1000", await Refused("sweep", Model, "--lambda", "0.5,x"), StringComparison.Ordinal);
        Assert.Contains("budget 'joules=3': expected macs=0.45", await Refused("calibrate", Model, "--within", "joules=3"), StringComparison.Ordinal);
        Assert.Contains("expected a name that ends in .png", await Refused("curve", "a.ptee", "-o", "curve.jpg"), StringComparison.Ordinal);
    }
}
