namespace Ptee.Edge.Net;

/// <summary>
/// Lets messages of a request stream leave together. Grpc.Net.Client flushes after each message and takes no notice of
/// <c>WriteFlags.BufferHint</c>, which its server side follows; so the flush is held back between it and HTTP/2. Each stream has
/// one of its own.
/// </summary>
/// <param name="inner">Shared with other streams; its owner disposes of it, and never through this.</param>
internal sealed class GatheringHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private volatile bool _moreFollows;

    /// <summary>
    /// Whether the message that is written next has another right behind it that is written without any wait. Set by the
    /// only one that writes: to false before its last message, or else that one stays here.
    /// </summary>
    public bool MoreFollows
    {
        get => _moreFollows;
        set => _moreFollows = value;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content)
        {
            request.Content = new GatheringContent(content, this);
        }

        return base.SendAsync(request, cancellationToken);
    }
}
