using Ptee.Server.Services;
using Ptee.Shared.Wire;

namespace Ptee.Tests.Server;

public sealed class FrameFieldsTests
{
    [Fact]
    public void A_first_frame_that_gives_nothing_is_frame_0_in_codec_0_without_deadline_and_without_a_cut() =>
        Assert.Equal(new FrameFields(0, null, 0, 0), FrameFields.Of(new FeatureFrame(), before: null));

    [Fact]
    public void What_is_left_out_is_as_in_the_frame_before_and_the_id_counts_on() =>
        Assert.Equal(new FrameFields(8, 2, 1, 50), FrameFields.Of(new FeatureFrame(), new FrameFields(7, 2, 1, 50)));

    [Fact]
    public void What_is_given_holds_also_where_it_is_zero()
    {
        var frame = new FeatureFrame { Id = 0, Cut = 0, Codec = 0, DeadlineMs = 0 };

        Assert.Equal(new FrameFields(0, 0, 0, 0), FrameFields.Of(frame, new FrameFields(7, 2, 1, 50)));
    }

    [Fact]
    public void After_the_last_id_there_is_comes_0() => Assert.Equal(
        0u, FrameFields.Of(new FeatureFrame(), new FrameFields(ulong.MaxValue, 2, 1, 50)).Id);
}
