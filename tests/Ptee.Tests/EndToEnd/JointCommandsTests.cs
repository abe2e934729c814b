using Ptee.Data;
using Ptee.Model;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Preprocessing;
using Ptee.Tests.Data;
using Ptee.Training.Folders;
using static Ptee.Tests.EndToEnd.InProcess;

namespace Ptee.Tests.EndToEnd;

/// <summary><c>ptee train</c> with the losses that do not freeze the backbone, and into a folder of its own.</summary>
[Collection(Alone.Name)]
public sealed class JointCommandsTests : IDisposable
{
    private const int Images = 60;
    private static readonly BackboneDescription Description = new(
        new Architecture("resnet20", "B", 10, 32), PreprocessingSpec.ImageNet(32), [.. DataSets.ClassesOf("cifar10")!],
        new Provenance("seeded weights", "", "CC0", "", 1, "", "test"));

    private readonly TempFolder _folder = new();

    public JointCommandsTests()
    {
        _folder.Write("pictures.bin", ToyData.Cifar(seed: 3, Images));
        using var network = new BackboneNetwork(Backbones.Build(Description.Architecture));
        Directory.CreateDirectory(Model);
        new ModelFolder(Model).WriteBackbone(Description, SeededWeights.Like(network.CopyWeights(), seed: 1));
    }

    private string Data => _folder["pictures.bin"];

    private string Model => _folder["model"];

    private string Other => _folder["other"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_joint_training_makes_a_folder_of_its_own_that_the_next_commands_take()
    {
        await Run("place", Model, "--at", "3,5", "--branch", "pool");
        var before = Contents(Model);

        await Train("joint", "-o", Other);

        Assert.Equal(before, Contents(Model));
        var (source, made) = (new ModelFolder(Model), new ModelFolder(Other));
        Assert.NotEqual(Weights(source), Weights(made));
        Assert.Contains("Loss = joint", made.ReadDescription().Provenance.Source, StringComparison.Ordinal);
        Assert.EndsWith($"from {Fingerprint(source)}", made.ReadDescription().Provenance.Source, StringComparison.Ordinal);
        Assert.Equal( // Both trainings are known of, whatever the first one learned from.
            source.ReadDescription().Provenance.Trainings.Count + 1, made.ReadDescription().Provenance.Trainings.Count);
        Assert.Equal((Fingerprint(made), "CC0"), (made.ReadDescription().Provenance.Sha256, made.ReadDescription().Provenance.License));

        await Run("calibrate", Other, "--data", Data, "--accurate", "0.8", "--gate", "entropy");
        await Run("pack", Other, "-o", _folder["other.ptee"]);
        await Run("eval", _folder["other.ptee"], "--data", Data, "--images", "20");
        var manifest = Bundle.Open(_folder["other.ptee"]).Manifest;
        Assert.Equal(Fingerprint(made), manifest.BackboneSha256);
        Assert.All(manifest.Points, point => Assert.Equal(Gates.Entropy, point.Gate));

        // The new backbone is one as any other: exits can be trained on it, which the old thresholds do not outlive.
        var weights = Weights(made);
        await Run("train", Other, "--data", Data, "--epochs", "1", "--batch", "18");
        Assert.Equal(weights, Weights(made));
        Assert.False(File.Exists(made.Calibration));
    }

    [Fact]
    public async Task From_scratch_begins_with_other_weights_and_without_it_with_the_folder_s()
    {
        await Run("place", Model, "--at", "3,5", "--branch", "pool");
        var before = Weights(new ModelFolder(Model));

        // At that rate a few steps move next to nothing.
        await Train("eenet", "--rate", "0.0000001", "-o", Other);
        await Train("branchynet", "--rate", "0.0000001", "--from-scratch", "-o", _folder["scratch"]);

        Assert.Equal(before, Weights(new ModelFolder(Other)), (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.True(Weights(new ModelFolder(_folder["scratch"])).Zip(before).Average(pair => Math.Abs(pair.First - pair.Second)) > 0.01);
    }

    [Fact]
    public async Task A_frozen_training_into_another_folder_takes_the_same_backbone_there()
    {
        await Run("place", Model, "--at", "3,5", "--branch", "pool");
        var before = Contents(Model);

        await Train("paper", "-o", Other);

        Assert.Equal(before, Contents(Model));
        Assert.All(before, file => Assert.Equal(file.Value, Contents(Other)[file.Key]));
        Assert.True(File.Exists(new ModelFolder(Other).ExitWeights));
    }

    [Fact]
    public async Task What_does_not_go_together_is_answered_with_one_line()
    {
        await Run("place", Model, "--at", "3,5", "--branch", "pool");
        var pictures = Directory.CreateDirectory(_folder["unlabelled"]).FullName;
        foreach (var i in Enumerable.Range(0, 20))
        {
            await File.WriteAllBytesAsync(Path.Combine(pictures, $"{i}.png"), Pictures.PngBytes(ToyData.Bytes(i, 3 * 32 * 32), 32));
        }

        var relabelled = new ModelFolder(Directory.CreateDirectory(_folder["relabelled"]).FullName);
        var source = new ModelFolder(Model);
        relabelled.WriteBackbone(
            Description with { Labels = [.. Description.Labels.Select(label => $"{label}s")] }, ModelFolder.ReadWeights(source.BackboneWeights));
        await Run("place", relabelled.Path, "--at", "3,5", "--branch", "pool");

        await Says("changes the backbone; -o DIR says where", Model, "--data", Data, "--loss", "joint");
        await Says("expected another folder", Model, "--data", Data, "--loss", "eenet", "-o", Model + "/");
        await Says("have no labels", Model, "--data", pictures, "--loss", "joint", "-o", Other);
        await Says("expected the model's: airplanes, automobiles", relabelled.Path, "--data", Data, "--loss", "joint", "-o", Other);
        await Says("--soft and --mixup ask the backbone", Model, "--data", Data, "--loss", "joint", "--soft", "1", "-o", Other);
        await Says("--from-scratch: loss paper leaves the backbone as it is", Model, "--data", Data, "--from-scratch");
        await Says("'x'", Model, "--data", Data, "--loss", "x");
        Assert.False(Directory.Exists(Other));

        static async Task Says(string what, params string[] arguments) =>
            Assert.Contains(what, await Refused(["train", .. arguments]), StringComparison.Ordinal);
    }

    private Task Train(string loss, params string[] more) =>
        Run(["train", Model, "--data", Data, "--loss", loss, "--epochs", "1", "--batch", "18", .. more]);

    private static Dictionary<string, string> Contents(string folder) => Directory.GetFiles(folder)
        .ToDictionary(file => Path.GetFileName(file), file => Convert.ToHexString(File.ReadAllBytes(file)));

    private static string Fingerprint(ModelFolder folder) => ModelFolder.Fingerprint(ModelFolder.ReadWeights(folder.BackboneWeights));

    /// <summary>A convolution in the middle; no batch norm, whose statistics move at any rate.</summary>
    private static float[] Weights(ModelFolder folder) => ModelFolder.ReadWeights(folder.BackboneWeights)["layer2.1.conv1.weight"].Values;
}
