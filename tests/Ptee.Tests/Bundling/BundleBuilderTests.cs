using Ptee.Model;
using Ptee.Shared;
using Ptee.Shared.Architectures;
using Ptee.Shared.Bundles;
using Ptee.Training.Bundling;

namespace Ptee.Tests.Bundling;

public sealed class BundleBuilderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ptee-pack-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Exits_that_travelled_alone_and_their_backbone_make_the_same_bundle()
    {
        var whole = TestBundles.Random();
        using var backbone = BackboneOf(whole);

        var joined = BundleBuilder.Join("joined", Exits(whole), backbone);

        Assert.Equal(whole.Id, joined.Id);
        Assert.Equal(whole.Entries, joined.Entries);
    }

    [Fact]
    public void Another_backbone_is_refused_with_both_hashes()
    {
        var whole = TestBundles.Random();
        using var other = BackboneOf(TestBundles.Random(seed: 2));

        var message = Assert.Throws<PteeFormatException>(() => BundleBuilder.Join("joined", Exits(whole), other)).Message;

        Assert.Contains(whole.Manifest.BackboneSha256, message, StringComparison.Ordinal);
        Assert.Contains(TestBundles.Random(seed: 2).Manifest.BackboneSha256, message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_on_a_half_says_what_it_lacks()
    {
        var path = Path.Combine(_folder, "edge.ptee");
        BundleWriter.Write(TestBundles.Random(), path, BundleHalf.Edge);
        using var engine = new TorchEngine(Bundle.Open(path), threads: 1);

        var message = Assert.Throws<PteeFormatException>(() => engine.RunSegment(3, 1, new float[64 * 8 * 8], new float[10])).Message;

        Assert.Equal("this half of the bundle does not carry segment 3", message);
    }

    [Fact]
    public void A_half_where_a_whole_bundle_is_asked_for_is_named_with_what_it_lacks()
    {
        var whole = TestBundles.Random();
        Assert.Same(whole, whole.RequireWhole());

        var message = Assert.Throws<PteeFormatException>(() => Exits(whole).RequireWhole()).Message;

        Assert.Matches(@"exits\.ptee: half of a bundle, without segments/0\.safetensors; expected a whole one; of an exits half ptee pack --backbone DIR --exits FILE makes it$", message);
    }

    private static BackboneNetwork BackboneOf(Bundle bundle)
    {
        var network = new BackboneNetwork(Backbones.Build(bundle.Manifest.Architecture));
        network.SetWeights(Enumerable.Range(0, bundle.Manifest.SegmentCount).SelectMany(bundle.SegmentWeights).ToDictionary());
        return network.Freeze();
    }

    private Bundle Exits(Bundle whole)
    {
        var path = Path.Combine(_folder, "exits.ptee");
        BundleWriter.Write(whole, path, BundleHalf.Exits);
        return Bundle.Open(path);
    }
}
