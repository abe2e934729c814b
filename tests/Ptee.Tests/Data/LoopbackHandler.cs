namespace Ptee.Tests.Data;

/// <summary>Asks <paramref name="address"/> for whatever is asked of any other host; paths stay as they are.</summary>
internal sealed class LoopbackHandler(Uri address) : DelegatingHandler(new SocketsHttpHandler())
{
    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.RequestUri = new Uri(address, request.RequestUri!.AbsolutePath);
        return base.SendAsync(request, cancellationToken);
    }
}
