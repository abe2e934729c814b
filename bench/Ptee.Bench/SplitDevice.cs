using Ptee.Edge.Classification;
using Ptee.Edge.Offload;
using Ptee.Engines;
using Ptee.Shared;
using Ptee.Shared.Bundles;
using Ptee.Shared.Inference;

namespace Ptee.Bench;

/// <summary>
/// A device as <c>ptee-edge classify</c> runs one, at the point <c>accurate</c>, in this process: its pipeline and its link to a
/// server, one image in flight. It has an engine and a link of its own. One run at a time.
/// </summary>
internal sealed class SplitDevice : IAsyncDisposable
{
    /// <summary>Where the machine stands still for a while an image takes longer; it is not answered by the device instead.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly string _server;
    private readonly ServerLink _link;
    private readonly IEngine _engine;
    private readonly SplitClassifier _classifier;

    /// <param name="server"><c>http://host:port</c>.</param>
    /// <param name="threads">Threads inside one operator.</param>
    public SplitDevice(Bundle bundle, string server, int threads)
    {
        var plan = SplitPlan.Create(bundle, new SplitSettings(OperatingPoint.Accurate), withServer: true);
        _server = server;
        _engine = BundleEngines.Open(BundleEngines.Onnx, bundle, threads);
        _link = new ServerLink(bundle, plan.Codecs, plan.Policy, new ServerLinkOptions { Server = new Uri(server), Deadline = Deadline });
        _classifier = new SplitClassifier(bundle, _engine, plan, _link, new ClassifierOptions { InFlight = 0 });
    }

    /// <summary>To be called once, before the first run.</summary>
    /// <exception cref="PteeFormatException">The server is not ready, or runs another bundle.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (!await _link.ConnectAsync(cancellationToken))
        {
            throw new PteeFormatException($"{_server}: not ready");
        }

        _classifier.WarmUp();
    }

    /// <summary>From the pixels to the last answer: the caller's thread waits, computing has one of its own.</summary>
    /// <exception cref="PteeFormatException">An image was not answered by the one who should have.</exception>
    public void Classify(IEnumerable<InputPicture> pictures, CancellationToken cancellationToken)
    {
        foreach (var record in _classifier.ClassifyAsync(pictures, cancellationToken).ToBlockingEnumerable(cancellationToken))
        {
            if (record.Degraded || record.Error is not null)
            {
                throw new PteeFormatException($"{record.Image}: {record.Error ?? "the server did not answer"}; this is no measurement");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _link.DisposeAsync();
        _engine.Dispose();
    }
}
