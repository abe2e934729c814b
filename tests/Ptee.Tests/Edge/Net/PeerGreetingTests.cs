using System.Text;
using Ptee.Edge.Net;

namespace Ptee.Tests.Edge.Net;

public sealed class PeerGreetingTests
{
    private readonly PeerGreeting _greeting = new();

    [Theory]
    [InlineData("000006040000000000", nameof(PeerLanguage.Http2))] // SETTINGS, 6 bytes, stream 0: RFC 9113, 6.5.
    [InlineData("000000040000000000", nameof(PeerLanguage.Http2))] // An empty one.
    [InlineData("000008070000000000", nameof(PeerLanguage.OtherHttp))] // GOAWAY: what Kestrel says where only HTTP/1 is spoken.
    [InlineData("485454502F312E3120", nameof(PeerLanguage.OtherHttp))] // "HTTP/1.1 ".
    [InlineData("000006040000000001", nameof(PeerLanguage.Other))] // On stream 1.
    [InlineData("15030300020246", nameof(PeerLanguage.Tls))] // An alert: the port wants TLS.
    [InlineData("1603030058", nameof(PeerLanguage.Tls))] // A handshake.
    [InlineData("5353482D322E30", nameof(PeerLanguage.Other))] // "SSH-2.0".
    [InlineData("", nameof(PeerLanguage.Unknown))]
    [InlineData("0000", nameof(PeerLanguage.Unknown))]
    public void The_first_bytes_say_what_the_other_side_speaks(string hex, string language)
    {
        foreach (var one in Convert.FromHexString(hex))
        {
            _greeting.Hear([one]);
        }

        Assert.Equal(Enum.Parse<PeerLanguage>(language), _greeting.Language);
    }

    [Fact]
    public void Only_the_latest_connection_counts()
    {
        _greeting.Hear(Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request"));
        Assert.Equal(PeerLanguage.OtherHttp, _greeting.Language);

        _greeting.Begin();

        Assert.Equal(PeerLanguage.Silence, _greeting.Language);
    }
}
