using Grpc.Core;
using Ptee.Edge.Net;
using Ptee.Shared.Bundles;
using Ptee.Shared.Wire;

namespace Ptee.Edge.Offload;

/// <summary>A refusal for the person who can act on it. Another bundle is by far the likeliest.</summary>
internal sealed class FaultExplainer(ServerConnection connection, Bundle bundle, ServerLinkOptions options)
{
    /// <summary>Of an id: enough to tell two bundles apart.</summary>
    private const int ShownDigits = 12;

    /// <param name="fault">One of configuration.</param>
    public async Task<string> ExplainAsync(LinkFault fault, CancellationToken stop)
    {
        var theirs = fault.Status == StatusCode.FailedPrecondition ? await DescribedIdAsync(stop) : null;
        return theirs is not null && theirs != bundle.Id
            ? $"runs another bundle than this device: {theirs[..ShownDigits]}…, expected {bundle.Id[..ShownDigits]}… of {bundle.Source}"
            : fault.Message;
    }

    /// <returns>The server's bundle id, or null where it does not say.</returns>
    private async Task<string?> DescribedIdAsync(CancellationToken stop)
    {
        using var late = new CancellationTokenSource(options.ReadyTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        var (channel, _) = connection.Open();
        using (channel)
        {
            try
            {
                var client = new SplitInference.SplitInferenceClient(channel);
                var reply = await client.DescribeAsync(new DescribeRequest(), cancellationToken: either.Token);
                return reply.BundleId.Length == bundle.Id.Length / 2 ? Convert.ToHexStringLower(reply.BundleId.Span) : null;
            }
            catch (Exception exception) when (exception is RpcException or OperationCanceledException)
            {
                return null;
            }
        }
    }
}
