using System.Text;
using Ptee.Edge.Net;

namespace Ptee.Tests.Edge.Net;

public sealed class PeerGreetingTests
{
    private readonly PeerGreeting _greeting = new();

    [Theory]
    [InlineData("000006040000000000", false)] // SETTINGS, 6 bytes, stream 0: RFC 9113, 6.5.
    [InlineData("000000040000000000", false)] // An empty one.
    [InlineData("000008070000000000", true)] // GOAWAY: what Kestrel says where only HTTP/1 is spoken.
    [InlineData("000006040000000001", true)] // On stream 1.
    [InlineData("15030300020246", true)] // A TLS alert: the port wants TLS.
    [InlineData("", false)] // Silence is no language.
    [InlineData("0000", false)] // Nothing can be said yet.
    public void Only_a_settings_frame_is_the_beginning_of_HTTP2(string hex, bool isForeign)
    {
        foreach (var one in Convert.FromHexString(hex))
        {
            _greeting.Hear([one]);
        }

        Assert.Equal(isForeign, _greeting.IsForeign);
    }

    [Fact]
    public void Only_the_latest_connection_counts()
    {
        _greeting.Hear(Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request"));
        Assert.True(_greeting.IsForeign);

        _greeting.Forget();

        Assert.False(_greeting.IsForeign);
    }
}
