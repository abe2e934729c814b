using Google.Protobuf;
using Ptee.Edge.Offload;

namespace Ptee.Tests.Edge.Offload;

/// <summary>The bytes are written from the .proto file by hand.</summary>
public sealed class FrameFieldsTests
{
    private static readonly byte[] Payload = [0xAA, 0xBB];

    [Fact]
    public void The_first_frame_says_everything_and_the_next_only_its_payload()
    {
        var fields = new FrameFields(TimeProvider.System, TimeSpan.FromSeconds(2));

        Assert.Equal("0800" + "1001" + "1800" + "20D00F" + "2A02AABB", Next(fields, 0));
        Assert.Equal("2A02AABB", Next(fields, 1));
        Assert.Equal("2A02AABB", Next(fields, 2));
    }

    [Fact]
    public void An_id_that_is_not_the_next_is_given()
    {
        var fields = new FrameFields(TimeProvider.System, TimeSpan.FromSeconds(2));
        Next(fields, 0);

        Assert.Equal("0805" + "2A02AABB", Next(fields, 5));
        Assert.Equal("2A02AABB", Next(fields, 6));
    }

    [Fact]
    public void A_change_is_given_once()
    {
        var fields = new FrameFields(TimeProvider.System, TimeSpan.FromSeconds(2));
        Next(fields, 0);

        Assert.Equal("1000" + "2A02AABB", Next(fields, 1, cut: 0));
        Assert.Equal("1801" + "2A02AABB", Next(fields, 2, cut: 0, codec: 1));
        Assert.Equal("2064" + "2A02AABB", Next(fields, 3, cut: 0, codec: 1, deadlineMs: 100));
        Assert.Equal("2A02AABB", Next(fields, 4, cut: 0, codec: 1, deadlineMs: 100));
    }

    private static string Next(FrameFields fields, ulong id, uint cut = 1, uint codec = 0, uint deadlineMs = 2000) =>
        Convert.ToHexString(fields.Next(id, cut, codec, deadlineMs, Payload).ToByteArray());
}
