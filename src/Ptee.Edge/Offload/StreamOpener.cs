using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Ptee.Edge.Net;
using Ptee.Shared.Wire;

namespace Ptee.Edge.Offload;

/// <summary>Opens a link's streams, and says of each why it did not open or why it ended.</summary>
internal sealed class StreamOpener(
    ServerConnection connection, Hello hello, Outbox outbox, ReplyReader replies, ServerLinkOptions options)
{
    /// <returns>A stream that is ready, for the caller to run and to dispose of; or why there is none.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The caller ends what was opened.")]
    public async Task<(ServerStream? Stream, LinkFault Fault)> OpenAsync(CancellationToken stop)
    {
        var age = options.LargestStreamAge * (0.5 + (options.Random.NextDouble() / 2));
        var life = new StreamLife(options.LargestStreamBytes, age, options.Time);
        var fields = new FrameFields(options.Time, options.Deadline);
        var stream = new ServerStream(connection, outbox, replies, life, fields, options.Time, stop);
        var fault = await FaultOfAsync(stream.OpenAsync(hello, options.ReadyTimeout), LinkFaultKind.Passing);
        if (fault is null)
        {
            return (stream, default);
        }

        stream.Dispose();
        stop.ThrowIfCancellationRequested();
        return (null, fault.Value.Kind == LinkFaultKind.StreamEnded ? fault.Value with { Kind = LinkFaultKind.Passing } : fault.Value);
    }

    /// <summary>
    /// A server that hung up without a word, or with one of HTTP/1, so that nobody can tell from the fault what it wanted: one that
    /// wants TLS is called that.
    /// </summary>
    public async Task<LinkFault> LookCloserAsync(LinkFault fault, CancellationToken stop) =>
        options.Server.Scheme == Uri.UriSchemeHttp && connection.Spoken is PeerLanguage.Silence or PeerLanguage.OtherHttp && await connection.SpeaksTlsAsync(stop)
            ? new LinkFault(fault.Status, LinkFaultKind.Configuration, LinkFault.WantsTls(options.Server))
            : fault;

    /// <returns>Why it ended.</returns>
    public async Task<LinkFault> RunAsync(ServerStream stream) =>
        await FaultOfAsync(stream.RunAsync(), LinkFaultKind.Silent)
        ?? new LinkFault(StatusCode.OK, LinkFaultKind.StreamEnded, "the server ended the stream");

    /// <param name="late">What it means when an answer did not come in time.</param>
    /// <returns>Null when there is none.</returns>
    private async Task<LinkFault?> FaultOfAsync(Task task, LinkFaultKind late)
    {
        try
        {
            await task;
            return null;
        }
        catch (RpcException exception)
        {
            return LinkFault.Of(exception, options.Server, connection.Spoken);
        }
        catch (TimeoutException exception)
        {
            return new LinkFault(StatusCode.DeadlineExceeded, late, exception.Message);
        }
        catch (IOException exception)
        {
            return new LinkFault(StatusCode.Unavailable, LinkFaultKind.Passing, exception.Message);
        }
        catch (OperationCanceledException)
        {
            return new LinkFault(StatusCode.Cancelled, LinkFaultKind.Passing, "the call was cancelled");
        }
    }
}
