using System.Net;

namespace Ptee.Edge.Net;

/// <summary>A request's body, disposed of with this, that is written through a <see cref="GatheringStream"/>.</summary>
internal sealed class GatheringContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly GatheringHandler _handler;

    public GatheringContent(HttpContent inner, GatheringHandler handler)
    {
        (_inner, _handler) = (inner, handler);
        foreach (var (name, values) in inner.Headers)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _inner.CopyToAsync(new GatheringStream(stream, _handler), context, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false; // A stream of messages has none.
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
