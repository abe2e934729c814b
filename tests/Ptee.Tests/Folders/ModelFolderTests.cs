using Ptee.Model;
using Ptee.Model.Native;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Shared.Preprocessing;
using Ptee.Shared.Weights;
using Ptee.Tests.Data;
using Ptee.Training.Calibration;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;
using Ptee.Training.Placement;

namespace Ptee.Tests.Folders;

[Collection(Alone.Name)]
public sealed class ModelFolderTests : IDisposable
{
    private static readonly PreprocessingSpec Usual = PreprocessingSpec.ImageNet(32);
    private static readonly PlacementPlan Plan = new("at", [new PlannedExit(3, "pool")]);
    private readonly TempFolder _folder = new();

    public ModelFolderTests() => TorchRuntime.Initialize(threads: 1);

    private ModelFolder Copy => new(_folder["copy"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_copy_without_exits_takes_any_backbone_and_placement()
    {
        Copy.Write(Model("one", seed: 1, Plan).ReadPlaced());
        File.WriteAllText(Copy.Calibration, "of exits that are gone");

        Copy.Write(Model("other", seed: 2, new PlacementPlan("at", [new PlannedExit(5, "pool")])).ReadPlaced());

        Assert.Equal(5, Copy.ReadPlacement().Exits[0].Block);
        Assert.False(File.Exists(Copy.Calibration));
    }

    [Theory]
    [InlineData(2, 3, 0.485f, "trained on the backbone that is there now; expected a folder without exits for another")]
    [InlineData(1, 5, 0.485f, "trained for s1b3 (pool, linear); expected s2b2 (pool, linear), or a folder without exits")]
    [InlineData(1, 3, 0.5f, "trained on pictures of 32x32 RGB, mean 0.485 0.456 0.406, std 0.229 0.224 0.225; expected the same, or a folder without exits for 32x32 RGB, mean 0.5 ")]
    public void A_copy_with_exits_takes_only_what_they_were_trained_on_and_stays_as_it_is(int seed, int block, float mean, string says)
    {
        Copy.Write(Model("one", seed: 1, Plan).ReadPlaced());
        File.Copy(Copy.BackboneWeights, Copy.ExitWeights); // What is in it does not matter here.
        var before = Directory.GetFiles(Copy.Path).Order().Select(File.ReadAllText).ToArray();
        var other = Model("other", seed, new PlacementPlan("at", [new PlannedExit(block, "pool")]), Usual with { Mean = [mean, 0.456f, 0.406f] });

        Assert.Contains(says, Assert.Throws<PteeFormatException>(() => Copy.Write(other.ReadPlaced())).Message, StringComparison.Ordinal);

        Assert.Equal(before, Directory.GetFiles(Copy.Path).Order().Select(File.ReadAllText));
        Copy.Write(Model("same", seed: 1, Plan).ReadPlaced());
    }

    [Fact]
    public void To_ask_whether_a_copy_can_be_made_changes_nothing()
    {
        Copy.Write(Model("one", seed: 1, Plan).ReadPlaced());
        File.WriteAllText(Copy.Calibration, "of exits that are gone");
        var before = Directory.GetFiles(Copy.Path).Order().Select(File.ReadAllText).ToArray();

        Copy.RequireTaking(Model("other", seed: 2, Plan).ReadPlaced());

        Assert.Equal(before, Directory.GetFiles(Copy.Path).Order().Select(File.ReadAllText));
    }

    [Fact]
    public void A_folder_is_the_same_behind_a_link()
    {
        var files = Model("one", seed: 1, Plan);
        Directory.CreateSymbolicLink(_folder["link"], files.Path);
        Directory.CreateSymbolicLink(_folder["above"], Path.GetDirectoryName(files.Path)!);

        Assert.True(files.IsAt($"{files.Path}/"));
        Assert.True(files.IsAt(_folder["link"]));
        Assert.True(files.IsAt(Path.Combine(_folder["above"], "one")));
        Assert.True(new ModelFolder(_folder["link"]).IsAt(files.Path));
        Assert.False(files.IsAt(Path.Combine(_folder["above"], "two")));
        Directory.CreateSymbolicLink(_folder["through"], Path.Combine(_folder["above"], "one"));
        Assert.True(files.IsAt(_folder["through"]));
    }

    [Theory]
    [InlineData("Points")]
    [InlineData("Curve")]
    [InlineData("Clips")]
    [InlineData("Quality")]
    public void A_calibration_without_a_part_is_refused(string part)
    {
        var files = Model("one", seed: 1, Plan);
        var whole = new CalibrationResult("", 0, [[]], [], [], []);
        JsonFile.Write(files.Calibration, part switch
        {
            "Points" => whole with { Points = [null!] },
            "Curve" => whole with { Curve = [null!] },
            "Clips" => whole with { Clips = [null!] },
            _ => whole with { Quality = [null!] },
        });

        Assert.StartsWith(
            $"{files.Calibration}: a point, clip range or gate is null", Assert.Throws<PteeFormatException>(files.ReadCalibration).Message, StringComparison.Ordinal);
        JsonFile.Write(files.Calibration, whole);
        Assert.Equal(0, files.ReadCalibration().DeepestSplit);
    }

    [Fact]
    public void Exits_that_are_not_there_are_not_taken_for_random_ones()
    {
        var files = Model("one", seed: 1, Plan);

        Assert.EndsWith(
            $"exits.safetensors: not found; run ptee train {files.Path} first",
            Assert.Throws<PteeFormatException>(() => StagedExits.Open(files)).Message, StringComparison.Ordinal);
    }

    private ModelFolder Model(string name, int seed, PlacementPlan plan, PreprocessingSpec? preprocessing = null)
    {
        var files = new ModelFolder(_folder[name]);
        Directory.CreateDirectory(files.Path);
        using var network = new BackboneNetwork(Backbones.Build(new Architecture("resnet20", "A", 10, 32)));
        Dictionary<string, Weight> weights = SeededWeights.Like(network.CopyWeights(), seed);
        files.WriteBackbone(
            new BackboneDescription(
                network.Backbone.Architecture, preprocessing ?? Usual, [.. Enumerable.Range(0, 10).Select(i => $"{i}")],
                new Provenance("test", ModelFolder.Fingerprint(weights), "", "", seed, "", "")),
            weights);
        JsonFile.Write(files.Placement, plan);
        return files;
    }
}
