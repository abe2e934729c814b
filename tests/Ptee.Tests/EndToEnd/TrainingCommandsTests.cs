using System.Text.Json;
using Ptee.Data;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Shared.Features;
using Ptee.Shared.IO;
using Ptee.Shared.Reports;
using Ptee.Tests.Data;
using Ptee.Training.Calibration;
using Ptee.Training.Codecs.Bottlenecks;
using Ptee.Training.Folders;
using Ptee.Training.Placement;
using static Ptee.Tests.EndToEnd.InProcess;

namespace Ptee.Tests.EndToEnd;

/// <summary>The commands from a network to curves, in their order, on a file of random pictures.</summary>
[Collection(Alone.Name)]
public sealed class TrainingCommandsTests : IDisposable
{
    private const int Images = 150; // One batch of the backbone's training, and one in ten held out.
    private readonly TempFolder _folder = new();

    public TrainingCommandsTests() => _folder.Write("pictures.bin", ToyData.Cifar(seed: 3, Images));

    private string Data => _folder["pictures.bin"];

    private string Model => _folder["model"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task From_nothing_to_a_bundle_with_curves()
    {
        await Run("backbone", "train", "--arch", "resnet20", "--data", Data, "--epochs", "1", "--small-epochs", "0", "-o", Model);
        await Run(
            "place", Model, "--method", "pareto", "--exits", "2", "--branch", "strided-light,pool", "--each-kind", "--confidence", "sorted");
        await Run("train", Model, "--data", Data, "--loss", "independent", "--epochs", "1", "--batch", "32");
        Assert.Equal(4, JsonFile.Read<PlacementPlan>(Path.Combine(Model, "placement.json")).Exits.Length);

        // Exits fit no other backbone.
        Assert.Matches(
            @"^ptee: .*exits\.safetensors: trained on the backbone that is there now; expected a folder without exits for another\s*$",
            await Refused("backbone", "train", "--arch", "resnet20", "--data", Data, "--epochs", "1", "-o", Model));

        // Its four exits fit no other placement, though the weights of two of them would.
        Assert.Matches(
            @"^ptee: .*exits\.safetensors: trained for s\db\d \(strided-light, sorted\), .*; expected the same places and branches, or --anew, which deletes them\s*$",
            await Refused("place", Model, "--at", "3,5", "--branch", "strided-light,pool"));
        Assert.Equal(4, new ModelFolder(Model).ReadPlacement().Exits.Length);
        await Run(
            "place", Model, "--method", "pareto", "--exits", "2", "--branch", "strided-light,pool", "--each-kind", "--confidence", "sorted", "--anew");
        Assert.True(File.Exists(new ModelFolder(Model).ExitWeights)); // They are of this plan: there is nothing to delete.
        await Run("place", Model, "--at", "3,5", "--branch", "strided-light,pool", "--anew");
        Assert.False(File.Exists(new ModelFolder(Model).ExitWeights));
        await Run("train", Model, "--data", Data, "--loss", "sequential", "--epochs", "1", "--batch", "32");
        await Run("calibrate", Model, "--data", Data, "--accurate", "0.9", "--within", "macs=90%");
        var before = JsonFile.Read<CalibrationResult>(new ModelFolder(Model).Calibration);
        Assert.True(before.Evidence!.NewToBackbone); // It was trained on the other part of these pictures.
        await Run("calibrate", Model, "--data", Data, "--codecs-only", "--codec-loss", "0");
        Assert.Equal(
            JsonSerializer.Serialize(before with { Quant = null }), JsonSerializer.Serialize(JsonFile.Read<CalibrationResult>(new ModelFolder(Model).Calibration)));
        await Run("pack", Model, "-o", _folder["model.ptee"]);
        var bundle = Bundle.Open(_folder["model.ptee"]);
        Assert.Equal([Branches.StridedLight, "pool"], bundle.Manifest.Exits.Select(exit => exit.Branch));
        Assert.True(bundle.Manifest.Point(OperatingPoint.Accurate).Agreement >= 0.9);

        await Run("eval", _folder["model.ptee"], "--data", Data, "--images", "40", "--point", OperatingPoint.Budget, "--json", _folder["report.json"]);
        var promised = JsonFile.Read<Report>(_folder["report.json"]).Expected!;
        Assert.Equal(bundle.Manifest.Point(OperatingPoint.Budget).AllInRatio, promised.AllInRatio);
        Assert.InRange(promised.AllInRatio, 0, 0.9);

        await Run("eval", _folder["model.ptee"], "--data", Data, "--images", "40", "--plots", _folder["plots"]);
        Assert.Equal((700, 450), SizeOf("plots/exits.png"));
        Assert.Equal(80 + (3 * 104), SizeOf("plots/sheet.png").Height); // A row for each of three exits, below the title.

        SendEveryPicture();
        await Run(
            "train-codec", Model, "--data", Data, "--cut", "1", "--pictures", "256", "--epochs", "1", "--batch", "32", "--channels", "8",
            "--steps", "1", "2", "--codec-loss", "0", "--json", _folder["codec.json"]);
        await Run("pack", Model, "-o", _folder["codec.ptee"]);
        var cut = Bundle.Open(_folder["codec.ptee"]).Manifest.Cuts[1];
        Assert.Equal(JsonFile.Read<BottleneckResult>(_folder["codec.json"]).Usual is { } usual ? FeatureCodecs.Bottleneck(usual) : bundle.Manifest.Cuts[1].Codec, cut.Codec);
        Assert.Equal(2, cut.Bottleneck!.Rates.Length);
        await Run("inspect", _folder["codec.ptee"]);
        var codec = Path.Combine(Model, "codec.json");
        await File.WriteAllTextAsync(codec, (await File.ReadAllTextAsync(codec)).Replace("\"backbone\": \"", "\"backbone\": \"0", StringComparison.Ordinal));
        Assert.Contains("trained around the backbone 0", await Refused("pack", Model, "-o", _folder["other.ptee"]), StringComparison.Ordinal);
        await File.WriteAllTextAsync(codec, (await File.ReadAllTextAsync(codec)).Replace("\"backbone\": \"0", "\"backbone\": \"", StringComparison.Ordinal));

        var calibration = new ModelFolder(Model).Calibration;
        var result = JsonFile.Read<CalibrationResult>(calibration);
        JsonFile.Write(calibration, result with { Points = [.. result.Points.Select(point => point with { AllInRatio = 0.5 })] });
        Assert.Contains("trained for other exits or thresholds", await Refused("pack", Model, "-o", _folder["other.ptee"]), StringComparison.Ordinal);
        await Run("train-codec", Model, "--data", Data, "--pictures", "256", "--refit", "--codec-loss", "0");
        await Run("pack", Model, "-o", _folder["refit.ptee"]);
        var refit = Bundle.Open(_folder["refit.ptee"]);
        Assert.Equal(Hashes(Bundle.Open(_folder["codec.ptee"])), Hashes(refit));
        Assert.Equal(cut.Bottleneck.Rates.Select(rate => rate.Steps[0]), refit.Manifest.Cuts[1].Bottleneck!.Rates.Select(rate => rate.Steps[0]));
        File.Delete(codec);
        Assert.Contains("--refit needs a codec that was trained", await Refused("train-codec", Model, "--data", Data, "--refit"), StringComparison.Ordinal);
        await Run("eval", _folder["codec.ptee"], "--data", Data, "--images", "20");

        await Run("unpack", _folder["model.ptee"], "-o", _folder["unpacked"]);
        Assert.Contains("its point budget counts bytes", await Refused("calibrate", _folder["unpacked"], "--data", Data, "--codecs-only"), StringComparison.Ordinal);

        await Run("calibrate", Model, "--data", Data, "--accurate", "0.9", "--thresholds", "class");
        await Run("pack", Model, "-o", _folder["class.ptee"]);
        Assert.All(
            Bundle.Open(_folder["class.ptee"]).Manifest is var manifest ? manifest.Points.Concat(manifest.Curve) : [],
            point => Assert.Equal(2 * 10, point.Thresholds.Length));
        await Run("inspect", _folder["class.ptee"]);
        await Run("eval", _folder["class.ptee"], "--data", Data, "--images", "40", "--json", _folder["class.json"]);
        Assert.Equal(20, JsonFile.Read<Report>(_folder["class.json"]).Threshold.Length);
        await Run("curve", _folder["class.ptee"], "--data", Data, "--images", "20", "-o", _folder["class.png"]);

        await Run("curve", _folder["model.ptee"], "--data", Data, "--images", "20", "--one-threshold", "-o", _folder["curve.png"]);
        AssertCurve("curve", points: 102);
        Directory.CreateDirectory(_folder["other"]);
        File.Copy(_folder["model.ptee"], _folder["other/model.ptee"]);
        await Run(
            "curve", _folder["model.ptee"], _folder["other/model.ptee"], "--data", Data, "--images", "20", "--one-threshold", "-o", _folder["two.png"]);
        AssertCurve("two", points: 204);
        Assert.EndsWith(
            "model.ptee: expected each bundle once, got it 2 times",
            (await Refused("curve", _folder["model.ptee"], _folder["model.ptee"])).Trim(), StringComparison.Ordinal);

        await Run("sweep", Model, "--data", Data, "--lambda", "0.5,2", "--epochs", "1", "-o", _folder["sweep.png"]);
        AssertCurve("sweep", points: 2);
        var trained = await File.ReadAllBytesAsync(Path.Combine(Model, "sweep", "lambda-0.5", "exits.safetensors"));
        await Run("sweep", Model, "--data", Data, "--lambda", "0.5", "--epochs", "1", "--resume", "-o", _folder["again.png"]);
        Assert.Equal(trained, await File.ReadAllBytesAsync(Path.Combine(Model, "sweep", "lambda-0.5", "exits.safetensors")));
        Assert.Contains(
            "--resume needs the same",
            await Refused("sweep", Model, "--data", Data, "--lambda", "0.5", "--epochs", "2", "--resume", "-o", _folder["again.png"]), StringComparison.Ordinal);
    }

    /// <summary>Labels are the backbone's alone: exits learn from a folder of pictures that has none.</summary>
    [Fact]
    public async Task Exits_learn_from_a_folder_without_labels()
    {
        for (var i = 0; i < 60; i++)
        {
            _folder.Write($"unlabelled/{i}.png", Pictures.PngBytes(ToyData.Bytes(i, 3 * 32 * 32), 32));
        }

        await Run("backbone", "train", "--arch", "resnet20", "--data", Data, "--epochs", "1", "--small-epochs", "0", "-o", Model);
        var before = await File.ReadAllBytesAsync(new ModelFolder(Model).BackboneWeights);
        await Run("place", Model, "--at", "3,5", "--branch", "strided-light,pool", "--confidence", "sorted");
        await Run("train", Model, "--data", _folder["unlabelled"], "--loss", "independent", "--epochs", "2", "--batch", "16");
        await Run("calibrate", Model, "--accurate", "0.8", "--data", _folder["unlabelled"]); // Six held-out pictures bear no more.
        await Run("pack", Model, "-o", _folder["model.ptee"]);
        await Run("eval", _folder["model.ptee"], "--data", _folder["unlabelled"], "--json", _folder["report.json"]);

        Assert.Equal(before, await File.ReadAllBytesAsync(new ModelFolder(Model).BackboneWeights));
        Assert.Contains("unlabelled", Bundle.Open(_folder["model.ptee"]).Manifest.ExitsProvenance.Data, StringComparison.Ordinal);
        var report = JsonFile.Read<Report>(_folder["report.json"]);
        Assert.Equal(60, report.Images);
        Assert.InRange(report.Accuracy.Agreement, 0, 1);
        Assert.Null(report.Accuracy.System); // Nobody knows.
    }

    [Theory]
    [InlineData("onnx")]
    [InlineData("torch")]
    public async Task Trained_exits_are_chosen_by_the_time_they_take_on_an_engine(string engine)
    {
        await Run("backbone", "train", "--arch", "resnet20", "--data", Data, "--epochs", "1", "--small-epochs", "0", "-o", Model);
        await Run("place", Model, "--at", "3,5", "--branch", "strided-light,pool", "--each-kind");
        await Run("train", Model, "--data", Data, "--loss", "independent", "--epochs", "1", "--batch", "32");

        Assert.Contains("--method measured chooses among the exits that the folder has: expected no --branch beside it", await Refused("place", Model, "--method", "measured", "--branch", "pool"), StringComparison.Ordinal);
        Assert.Contains("--at places by hand: expected no --exits beside it", await Refused("place", Model, "--at", "3", "--exits", "2"), StringComparison.Ordinal);
        Assert.Contains("is a folder, of which the backbone alone runs, by TorchSharp: expected no --point beside it", await Refused("eval", Model, "--data", Data, "--point", "accurate"), StringComparison.Ordinal);
        Assert.Contains("--images is '0', expected a whole number from 1 up", await Refused("train", Model, "--data", Data, "--images", "0"), StringComparison.Ordinal);
        await Run("place", Model, "--method", "measured", "--data", Data, "--tolerance", "0.5", "--exits", "2", "--engine", engine, "--threads", "1");

        var plan = JsonFile.Read<PlacementPlan>(new ModelFolder(Model).Placement);
        Assert.Equal(
            ModelFolder.Fingerprint(ModelFolder.ReadWeights(new ModelFolder(Model).ExitWeights)), JsonFile.Read<Provenance>(new ModelFolder(Model).Training).Sha256);
        Assert.Equal(Placements.Measured, plan.Method);
        Assert.InRange(plan.Exits.Length, 1, 2);
        await Run("calibrate", Model, "--data", Data, "--accurate", "0.9", "--within", "ms=10000", "--engine", engine, "--codec-loss", "0");
        var budget = JsonFile.Read<CalibrationResult>(new ModelFolder(Model).Calibration).Budget!;
        Assert.Equal((Budget.Milliseconds, 10_000), (budget.Measure, budget.Limit));
        Assert.InRange(budget.Spent, double.Epsilon, 10_000);
    }

    /// <summary>Of the networks of a bundle's bottleneck.</summary>
    private static IEnumerable<string> Hashes(Bundle bundle) => bundle.Manifest.Entries
        .Where(entry => entry.Name.StartsWith("encoders/", StringComparison.Ordinal) || entry.Name.StartsWith("decoders/", StringComparison.Ordinal))
        .Select(entry => entry.Sha256);

    /// <summary>A network that knows nothing can be sure of everything, and then no picture would be left to learn from.</summary>
    private void SendEveryPicture()
    {
        var file = new ModelFolder(Model).Calibration;
        var calibrated = JsonFile.Read<CalibrationResult>(file);
        JsonFile.Write(file, calibrated with
        {
            Points = [.. calibrated.Points.Select(point => point with { Thresholds = [.. point.Thresholds.Select(_ => ExitPolicy.Never)] })],
        });
    }

    private void AssertCurve(string name, int points)
    {
        Assert.Equal((900, 600), SizeOf($"{name}.png"));
        Assert.Equal(points + 1, File.ReadAllLines(_folder[$"{name}.csv"]).Length);
        Assert.True(File.Exists(_folder[$"{name}.json"]));
    }

    private (int Width, int Height) SizeOf(string file)
    {
        var picture = Pictures.Read(_folder[file]);
        return (picture.Width, picture.Height);
    }
}
