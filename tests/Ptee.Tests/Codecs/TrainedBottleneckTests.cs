using Ptee.Shared;
using Ptee.Shared.Features.Quant;
using Ptee.Shared.IO;
using Ptee.Training.Bundling;
using Ptee.Training.Calibration;
using Ptee.Training.Codecs.Bottlenecks;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;

namespace Ptee.Tests.Codecs;

/// <summary>A folder's codec and what it was trained for belong together, or are refused with the file's name.</summary>
public sealed class TrainedBottleneckTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("ptee-codec-").FullName;

    public TrainedBottleneckTests() => BundleUnpacker.Unpack(TestBundles.WithBottleneck(), Files);

    private ModelFolder Files => new(Path.Combine(_root, "model"));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Weights_of_another_training_are_refused()
    {
        var weights = ModelFolder.ReadWeights(Files.CodecWeights).ToDictionary();
        weights["encoder.conv0.weight"].Values[0] += 1;
        ModelFolder.WriteWeights(Files.CodecWeights, weights);

        Assert.Contains($"{Files.CodecWeights} holds ", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_thresholds_are_refused_with_what_helps()
    {
        var calibration = JsonFile.Read<CalibrationResult>(Files.Calibration);
        JsonFile.Write(Files.Calibration, calibration with { Points = [calibration.Points[0] with { Thresholds = [0.5f, 0.5f, 0.5f] }] });

        Assert.Equal($"{Files.Codec}: trained for other exits or thresholds, and so for other images; ptee train-codec --refit fits its tables to these", Refused());
    }

    /// <summary>Which images it is for does not depend on how others are coded.</summary>
    [Fact]
    public void Other_tables_of_quant_are_none_of_its_business()
    {
        using var exits = StagedExits.Open(Files);
        var calibration = JsonFile.Read<CalibrationResult>(Files.Calibration);
        var tables = TestBundles.Even(exits.Backbone.ShapeAfter(exits.Plan.Exits[0].Block), levels: 4, step: 0.5f);

        var bundle = BundleBuilder.Build(
            "model", Files, exits, calibration with { Quant = [tables, .. Enumerable.Repeat<QuantTables?>(null, exits.Plan.Exits.Length - 1)] });

        Assert.Contains(bundle.Manifest.Cuts, cut => cut.Bottleneck is not null);
        Assert.NotNull(bundle.Manifest.Cuts[0].Quant);
    }

    [Fact]
    public void Descriptions_that_do_not_fit_are_refused()
    {
        Assert.EndsWith("not a codec of this model; ptee train-codec makes it anew", Refused(good => good with { Rates = [] }), StringComparison.Ordinal);
        Assert.EndsWith("not a codec of this model; ptee train-codec makes it anew", Refused(good => good with { Rates = [null!] }), StringComparison.Ordinal);
        Assert.EndsWith("not a codec of this model; ptee train-codec makes it anew", Refused(good => good with { Usual = 2 }), StringComparison.Ordinal);
        Assert.EndsWith("bottleneck: 0 channels, expected 1 to 256", Refused(good => good with { Channels = 0 }), StringComparison.Ordinal);
        Assert.EndsWith("quant: 24 lows, expected 23 for 23x8x8", Refused(good => good with { Channels = 23 }), StringComparison.Ordinal);
        Assert.Contains("the bottleneck's encoder", Refused(good => good with { Width = 16 }), StringComparison.Ordinal);
    }

    private string Refused(Func<BottleneckResult, BottleneckResult> change)
    {
        var good = JsonFile.Read<BottleneckResult>(Files.Codec);
        JsonFile.Write(Files.Codec, change(good));
        var message = Refused();
        JsonFile.Write(Files.Codec, good);
        return message;
    }

    private string Refused()
    {
        using var exits = StagedExits.Open(Files);
        var message = Assert.Throws<PteeFormatException>(
            () => BundleBuilder.Build("packed", Files, exits, JsonFile.Read<CalibrationResult>(Files.Calibration))).Message;
        Assert.StartsWith($"{Files.Codec}: ", message, StringComparison.Ordinal);
        return message;
    }
}
