using Ptee.Server.Hosting;
using Ptee.Shared;

namespace Ptee.Tests.Server;

public sealed class ServedModelTests
{
    private static readonly ServedModel Model = new(TestBundles.Random());

    [Fact]
    public void A_batch_whose_features_fit_no_buffer_is_refused_before_the_first()
    {
        var largest = Model.Manifest.ShapeAfter(0).Count;
        Model.RequireBatch(Array.MaxLength / largest);

        Assert.Equal(
            $"batches of 200000 frames: {Model.Bundle.Source} has features of {largest} values, expected at most {Array.MaxLength / largest} frames",
            Assert.Throws<PteeFormatException>(() => Model.RequireBatch(200_000)).Message);
    }

    [Fact]
    public void A_hello_has_room_for_a_threshold_of_each_exit_and_class() => Assert.Equal(4 * 3 * 10, Model.MaxThresholdBytes);
}
