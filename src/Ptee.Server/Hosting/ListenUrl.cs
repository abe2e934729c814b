using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Ptee.Shared;
using Ptee.Shared.IO;

namespace Ptee.Server.Hosting;

/// <summary>A place to listen: <c>http://ADDRESS:PORT</c>, HTTP/2 without TLS.</summary>
/// <param name="Address">Null for both loopback addresses, IPv4 and IPv6.</param>
/// <param name="Port">0 takes a free one.</param>
internal sealed record ListenUrl(string Text, IPAddress? Address, int Port)
{
    /// <summary>One or several with ';' between.</summary>
    /// <exception cref="PteeFormatException">One of them is not such a place.</exception>
    public static IReadOnlyList<ListenUrl> ParseList(string text) =>
        [.. text.Split(';', StringSplitOptions.TrimEntries).Select(Parse)];

    /// <exception cref="PteeFormatException">Not such a place.</exception>
    public static ListenUrl Parse(string text)
    {
        // A host name is refused and not looked up: Kestrel would listen on every address instead.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || uri.Scheme != Uri.UriSchemeHttp
            || uri.PathAndQuery + uri.Fragment + uri.UserInfo != "/"
            || !(IPAddress.TryParse(uri.DnsSafeHost, out var address) || uri.Host == "localhost"))
        {
            throw new PteeFormatException(uri?.Scheme == Uri.UriSchemeHttps
                ? $"--urls is {Printable.Quote(text)}, expected http: ptee-server itself speaks no TLS, a proxy before it does"
                : $"--urls is {Printable.Quote(text)}, expected http://ADDRESS:PORT with an IP address or localhost");
        }

        // Two addresses cannot share one free port, so localhost with port 0 is IPv4's loopback alone.
        return new ListenUrl(text, address ?? (uri.Port == 0 ? IPAddress.Loopback : null), uri.Port);
    }

    public void AddTo(KestrelServerOptions kestrel, ConnectionGate gate)
    {
        if (Address is null)
        {
            kestrel.ListenLocalhost(Port, Configure);
        }
        else
        {
            kestrel.Listen(Address, Port, Configure);
        }

        void Configure(ListenOptions listen)
        {
            // Without TLS nothing negotiates the version, so an endpoint speaks one.
            listen.Protocols = HttpProtocols.Http2;
            listen.Use(gate.Guard);
        }
    }
}
