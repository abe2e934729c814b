using Ptee.Cli.Commands;
using Ptee.Data;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Shared.Reports;
using Ptee.Tests.Data;
using Ptee.Tests.Model;
using Ptee.Training.Folders;
using static Ptee.Tests.EndToEnd.InProcess;

namespace Ptee.Tests.EndToEnd;

/// <summary>What calibrate asks of held-out images, and what a bundle says of them afterwards.</summary>
[Collection(Alone.Name)]
public sealed class PointEvidenceCommandsTests : IDisposable
{
    private const string EmbeddedId = "effb1bc1fdfb38cfba19b2452faec146c536cebe06e1bf9f857bb798d196d74b";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Twenty_pictures_of_one_class_promise_nothing_and_what_they_may_promise_names_them()
    {
        var (model, data) = (_folder["model"], TestData.Folder("failing", "calibrate-one-class"));
        var pictures = _folder.Write("pictures.bin", ToyData.Cifar(seed: 3, 150));
        await Run("backbone", "train", "--arch", "resnet20", "--data", pictures, "--epochs", "1", "--small-epochs", "0", "-o", model);
        await Run("place", model, "--at", "3,5,7", "--branch", "separable", "--confidence", "sorted");
        await Run("train", model, "--data", data, "--epochs", "1", "--loss", "independent");

        Assert.Contains(
            "2 held-out images: a point that promises 97 % agreement needs at least 33; give more pictures, or a lower --accurate",
            await Refused("calibrate", model, "--data", data), StringComparison.Ordinal);
        Assert.False(File.Exists(new ModelFolder(model).Calibration));

        await Run("calibrate", model, "--data", data, "--accurate", "0.6", "--codec-loss", "0");
        await Run("pack", model, "-o", _folder["x.ptee"]);
        var manifest = Bundle.Open(_folder["x.ptee"]).Manifest;
        Assert.Equal([OperatingPoint.Accurate], manifest.Points.Select(point => point.Name));
        Assert.Equal((2, false), (manifest.Evidence!.Images, manifest.Evidence.NewToBackbone));
        var said = (await Programs.PteeAsync("inspect", _folder["x.ptee"])).Output;
        Assert.Contains($"the points stand on 2 held-out images, of which the backbone says {manifest.Evidence.Classes} of 10 classes", said, StringComparison.Ordinal);
        Assert.Contains("warning: it is not known whether the backbone learned from these images", said, StringComparison.Ordinal);
        Assert.DoesNotContain("{", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Held_out_images_are_new_to_a_backbone_only_where_each_of_its_trainings_is_known()
    {
        var set = new TrainingData(Pictures32.Random(9), Pictures32.Random(1, seed: 2));
        var provenance = new Provenance("how", "", "MIT", set.Name, 1, "", "test");

        Assert.True(set.HeldOutIsNewTo(provenance));
        Assert.True(set.HeldOutIsNewTo(provenance with { Data = provenance.DataThen(set.Name) }));
        Assert.False(set.HeldOutIsNewTo(provenance with { Data = "" })); // A checkpoint that was imported.
        Assert.False(set.HeldOutIsNewTo(provenance with { Data = (provenance with { Data = "" }).DataThen(set.Name) }));
        Assert.False(set.HeldOutIsNewTo(provenance with { Data = "cifar10:train 00" }));
    }

    /// <summary>Everybody has the same held-out part of a set that has a name.</summary>
    [Fact]
    public void A_backbone_that_learned_from_some_of_a_named_set_did_not_see_its_held_out_part()
    {
        var set = new TrainingData(new ImageSet("cifar10:train", 32, new byte[3 * 32 * 32]), Pictures32.Random(1));
        var provenance = new Provenance("how", "", "MIT", "cifar10:train 00", 1, "", "test");

        Assert.True(set.HeldOutIsNewTo(provenance));
        Assert.False(set.HeldOutIsNewTo(provenance with { Data = "cifar100:train 00" }));
    }

    [Fact]
    public async Task The_embedded_bundle_keeps_its_id_and_says_that_its_evidence_is_not_recorded()
    {
        var run = await Programs.PteeAsync("inspect", Programs.EmbeddedBundle);

        Assert.StartsWith($"bundle    {EmbeddedId}", run.Output, StringComparison.Ordinal);
        Assert.Contains("how many held-out images stand behind the points is not recorded", run.Output, StringComparison.Ordinal);
        Assert.Contains("exits     epoch 11, trained with loss independent, lambda 0.9, mixup 0, epochs 12, batch size 128", run.Output, StringComparison.Ordinal);
        await Run("unpack", Programs.EmbeddedBundle, "-o", _folder["model"]);
        await Run("pack", _folder["model"], "-o", _folder["again.ptee"]);
        Assert.Equal(EmbeddedId, Bundle.Open(_folder["again.ptee"]).Id);
    }

    [Fact]
    public async Task Strict_and_lossless_are_one_point_for_the_command_and_for_the_edge()
    {
        var pictures = Pictures32.Random(2);
        for (var i = 0; i < pictures.Count; i++)
        {
            _folder.Write($"pictures/{i}.png", Pictures.PngBytes(pictures.Pixels(i), 32));
        }

        var expected = Bundle.Open(Programs.EmbeddedBundle).Manifest.Point("lossless").Thresholds;
        foreach (var name in (string[])["strict", "lossless"])
        {
            await Run("eval", Programs.EmbeddedBundle, "--data", _folder["pictures"], "--point", name, "--json", _folder["eval.json"]);
            Assert.Equal(expected, JsonFile.Read<Report>(_folder["eval.json"]).Threshold);
            var edge = await Programs.EdgeAsync(
                "classify", _folder["pictures"], "--bundle", Programs.EmbeddedBundle, "--point", name, "--json", _folder["edge.json"]);
            Assert.True(edge.Status == 0, edge.Error);
            Assert.Equal(expected, JsonFile.Read<ClassifyReport>(_folder["edge.json"]).Thresholds);
        }
    }
}
