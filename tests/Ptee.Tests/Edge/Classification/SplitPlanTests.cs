using Ptee.Edge.Classification;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Exits;
using Ptee.Tests.Data;

namespace Ptee.Tests.Edge.Classification;

public sealed class SplitPlanTests(EdgeModel model) : IClassFixture<EdgeModel>
{
    [Fact]
    public void Whatever_is_not_asked_for_comes_from_the_bundle()
    {
        var manifest = model.Bundle.Manifest;

        var plan = SplitPlan.Create(model.Bundle, new SplitSettings(), withServer: true);

        Assert.Equal(
            (OperatingPoint.Accurate, manifest.Points[0].Gate, manifest.DeepestSplit), (plan.Point, plan.Policy.Gate, plan.Split));
        Assert.Equal([manifest.Cuts[1].Codec, "webp"], plan.Codecs);
        Assert.Equal(manifest.Points[0].Thresholds, plan.Policy.Thresholds);
    }

    [Fact]
    public void At_the_lossless_point_only_the_picture_is_sent()
    {
        var bundle = model.Bundle.With(manifest => manifest with { Points = [.. manifest.Points, manifest.Points[0] with { Name = OperatingPoint.Lossless }] });

        Assert.Equal(["webp"], SplitPlan.Create(bundle, new SplitSettings(OperatingPoint.Lossless), withServer: true).Codecs);
        Assert.Equal(["u8"], SplitPlan.Create(bundle, new SplitSettings(OperatingPoint.Lossless, Codec: "u8"), withServer: true).Codecs);
    }

    [Fact]
    public void Several_codecs_begin_with_that_of_features()
    {
        Assert.Equal(["f32", "webp", "png"], SplitPlan.Create(model.Bundle, new(Codec: "webp, f32,png"), withServer: true).Codecs);
        Assert.Contains("at most one that is not of pictures", Failure(model.Bundle, new(Codec: "f32,u8")), StringComparison.Ordinal);
        Assert.Contains("expected each once", Failure(model.Bundle, new(Codec: "png,png")), StringComparison.Ordinal);
        Assert.Contains("unknown codec ''", Failure(model.Bundle, new(Codec: "u8,")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_s_half_is_refused_and_a_whole_file_offers_its_trained_codec()
    {
        using var folder = new TempFolder();
        BundleWriter.Write(TestBundles.WithBottleneck(), folder["server.ptee"], BundleHalf.Server);
        BundleWriter.Write(TestBundles.WithBottleneck(), folder["whole.ptee"], BundleHalf.Whole);
        var server = Bundle.Open(folder["server.ptee"]);

        // A server's half has the segments and exits of a device too, all but the first exit: the split after it can start nowhere.
        Assert.Contains("expected a whole bundle or its edge half", Failure(server, new()), StringComparison.Ordinal);
        Assert.Equal(["bottleneck", "webp"], SplitPlan.Create(Bundle.Open(folder["whole.ptee"]), new(), withServer: true).Codecs);
    }

    [Fact]
    public void What_is_asked_for_holds()
    {
        var settings = new SplitSettings(Threshold: 0.5f, Gate: Gates.Confidence, Split: 0, Codec: "f32");

        var plan = SplitPlan.Create(model.Bundle, settings, withServer: true);

        Assert.Equal(("", Gates.Confidence, 0), (plan.Point, plan.Policy.Gate, plan.Split));
        Assert.Equal(["f32"], plan.Codecs);
        Assert.Equal([0.5f, 0.5f, 0.5f], plan.Policy.Thresholds);
    }

    [Fact]
    public void The_edge_half_runs_up_to_its_last_exit_where_there_is_no_server()
    {
        using var folder = new TempFolder();
        var half = Half(folder, BundleHalf.Edge);

        Assert.Equal(1, SplitPlan.Create(half, new SplitSettings(), withServer: false).Split);
    }

    [Fact]
    public void A_half_that_no_device_can_start_with_is_refused()
    {
        using var folder = new TempFolder();
        var half = Half(folder, BundleHalf.Server);

        Assert.Contains("edge half", Failure(half, new SplitSettings()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_split_that_the_file_does_not_carry_is_refused_with_those_it_does()
    {
        using var folder = new TempFolder();
        var half = Half(folder, BundleHalf.Edge);

        Assert.Contains("expected 0 to 1", Failure(half, new(Split: 2)), StringComparison.Ordinal);
        Assert.Contains("expected 0 to 2", Failure(model.Bundle, new(Split: 3)), StringComparison.Ordinal);
        Assert.Contains("expected 0 to 2", Failure(model.Bundle, new(Split: -1)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_bundle_does_not_know_is_refused_with_what_it_does()
    {
        Assert.Contains("accurate", Failure(model.Bundle, new(Point: "fast")), StringComparison.Ordinal);
        Assert.Contains("f32, quant, u8", Failure(model.Bundle, new(Codec: "u4")), StringComparison.Ordinal);
        Assert.Contains("max-probability", Failure(model.Bundle, new(Gate: "luck")), StringComparison.Ordinal);
        Assert.Contains("one of the two", Failure(model.Bundle, new("accurate", 0.5f)), StringComparison.Ordinal);
    }

    private static string Failure(Bundle bundle, SplitSettings settings) => Assert.Throws<PteeFormatException>(
        () => SplitPlan.Create(bundle, settings, withServer: true)).Message;

    private Bundle Half(TempFolder folder, BundleHalf half)
    {
        BundleWriter.Write(model.Bundle, folder["half.ptee"], half);
        return Bundle.Open(folder["half.ptee"]);
    }
}
