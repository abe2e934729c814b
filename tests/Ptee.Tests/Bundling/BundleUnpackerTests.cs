using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Training.Bundling;
using Ptee.Training.Calibration;
using Ptee.Training.ExitTraining;
using Ptee.Training.Folders;

namespace Ptee.Tests.Bundling;

public sealed class BundleUnpackerTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("ptee-unpack-").FullName;

    private ModelFolder Files => new(Path.Combine(_root, "model"));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_was_unpacked_packs_to_the_same_bundle(bool bottleneck)
    {
        var bundle = bottleneck ? TestBundles.WithBottleneck() : TestBundles.WithPixels().WithCurve();

        BundleUnpacker.Unpack(bundle, Files);

        using var exits = StagedExits.Open(Files);
        var again = BundleBuilder.Build("again", Files, exits, JsonFile.Read<CalibrationResult>(Files.Calibration));
        Assert.Equal(bundle.Id, again.Id);
        Assert.Equal(bundle.Entries, again.Entries);
    }

    [Fact]
    public void A_folder_with_a_model_is_left_alone()
    {
        BundleUnpacker.Unpack(TestBundles.Random(), Files);
        var before = File.ReadAllBytes(Files.ExitWeights);

        var message = Assert.Throws<PteeFormatException>(() => BundleUnpacker.Unpack(TestBundles.Random(seed: 2), Files)).Message;

        Assert.Equal($"{Files.Path}: holds a model already, expected a folder without", message);
        Assert.Equal(before, File.ReadAllBytes(Files.ExitWeights));
    }

    [Fact]
    public void A_part_of_a_bundle_makes_no_folder()
    {
        var path = Path.Combine(_root, "edge.ptee");
        BundleWriter.Write(TestBundles.Random(), path, BundleHalf.Edge);

        var message = Assert.Throws<PteeFormatException>(() => BundleUnpacker.Unpack(Bundle.Open(path), Files)).Message;

        Assert.Equal($"{path}: this half of the bundle does not carry segments/2.safetensors", message);
        Assert.False(Directory.Exists(Files.Path));
    }
}
