using Ptee.Shared.Bundles;

namespace Ptee.Shared.Tests.Bundles;

public sealed class PointEvidenceTests
{
    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(0.95, 19)]
    [InlineData(0.97, 33)]
    [InlineData(0.99, 99)]
    [InlineData(0.995, 199)]
    [InlineData(1.0, 199)]
    public void A_promise_needs_so_many_images_that_its_standard_error_is_at_most_what_it_leaves_open(double agreement, int images) =>
        Assert.Equal(images, PointEvidence.LeastImages(agreement));

    [Fact]
    public void A_bundle_carries_its_evidence_and_one_without_has_another_id_and_none()
    {
        var evidence = new PointEvidence(200, 7, NewToBackbone: true);
        var with = PlainBundles.Create(PlainBundles.Manifest() with { Evidence = evidence });

        Assert.Equal(evidence, Read(with.Manifest).Evidence);
        Assert.Null(Read(PlainBundles.Create().Manifest).Evidence);
        Assert.NotEqual(with.Id, PlainBundles.Create().Id);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 0)]
    [InlineData(5, 11)] // Of ten classes.
    public void Evidence_that_cannot_be_is_refused(int images, int classes) => Assert.Contains(
        $"points stand on {images} images of {classes} classes",
        Assert.Throws<PteeFormatException>(() => Read(PlainBundles.Manifest() with { Evidence = new PointEvidence(images, classes) })).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("strict", "strict")]
    [InlineData("strict", "lossless")]
    [InlineData("lossless", "strict")]
    [InlineData("lossless", "lossless")]
    public void Strict_and_lossless_name_one_point_whichever_the_bundle_says(string inBundle, string asked)
    {
        var manifest = PlainBundles.Manifest();
        manifest = manifest with { Points = [manifest.Points[0], manifest.Points[0] with { Name = inBundle, Thresholds = [0.9f, 0.8f] }] };

        var (point, policy) = manifest.PolicyOf(asked, threshold: null);

        Assert.Equal(inBundle, point);
        Assert.Equal(0.9f, policy.Threshold(0, 0));
    }

    [Fact]
    public void Neither_name_means_another_point()
    {
        Assert.Contains(
            "unknown operating point 'strict'",
            Assert.Throws<PteeFormatException>(() => PlainBundles.Manifest().PolicyOf("strict", threshold: null)).Message, StringComparison.Ordinal);
        Assert.False(PlainBundles.Manifest().Points[0].IsCalled("lossless"));
    }

    [Fact]
    public void Weights_that_go_on_from_unknown_ones_do_not_hide_it()
    {
        var unknown = new Provenance("resnet.pt", "", "MIT", Data: "", 0, "", "test");

        Assert.Equal([""], unknown.Trainings);
        Assert.Equal(["", "b 2"], (unknown with { Data = unknown.DataThen("b 2") }).Trainings);
        Assert.Equal(["a 1", "b 2"], (unknown with { Data = (unknown with { Data = "a 1" }).DataThen("b 2") }).Trainings);
    }

    private static Manifest Read(Manifest manifest) => ManifestSerializer.Deserialize(ManifestSerializer.Serialize(manifest), "test");
}
