using System.Diagnostics;
using Ptee.CommandLine;
using Ptee.Edge.Classification;
using Ptee.Edge.Net;
using Ptee.Edge.Offload;
using Ptee.Engines;
using Ptee.Shared;
using Ptee.Shared.Adaptation;
using Ptee.Shared.Bundles;
using Ptee.Shared.IO;
using Ptee.Shared.Reports;

namespace Ptee.Edge.Commands;

/// <summary>One run of <c>ptee-edge classify</c>: opens, connects, classifies, prints, reports.</summary>
internal sealed class ClassifyJob(ClassifyRequest request, TextWriter output, TextWriter error)
{
    private const double BytesPerMb = 1 << 20;

    private readonly ByteLedger _ledger = new();
    private readonly RunTally _tally = new(keepsRecords: request.Json is not null);
    private bool _stopped;

    /// <exception cref="PteeFormatException">Something that was given is not what it should be, or pictures could not
    /// be read; the others were answered then.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; what was answered until then is reported.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (request.Json is not null)
        {
            AtomicFile.RequireWritable(request.Json); // Else all pictures would be answered first.
        }

        var bundle = Bundle.Open(request.Bundle);
        var plan = SplitPlan.Create(bundle, request.Split, withServer: request.Server is not null);
        var bandit = request.Adapt is { } adapt ? new ThresholdBandit(bundle.Manifest, plan.Point, plan.Split, adapt) : null;
        var pictures = await OpenPicturesAsync(bundle, cancellationToken);
        Finish(await RunAsync(bundle, plan, bandit, pictures, cancellationToken));
        if (_stopped)
        {
            throw new OperationCanceledException(cancellationToken);
        }

        _tally.RequireAllAnswered();
    }

    private async Task<ClassifyReport> RunAsync(
        Bundle bundle, SplitPlan plan, ThresholdBandit? bandit, IEnumerable<InputPicture> pictures, CancellationToken cancellationToken)
    {
        await using var link = request.Server is { } server ? Link(bundle, plan, server) : null;
        if (link is not null)
        {
            await link.ConnectAsync(cancellationToken);
        }

        using var engine = BundleEngines.Open(request.Engine, bundle, request.Threads, request.Device);
        var options = new ClassifierOptions { Batch = request.Batch, InFlight = request.InFlight };
        var classifier = new SplitClassifier(bundle, engine, plan, link, options, bandit);
        classifier.WarmUp();
        // What opening the bundle left behind is several times what the run needs.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var seconds = await ClassifyAsync(bundle, classifier, pictures, cancellationToken);
        return Report(bundle, plan, engine.Name, seconds, classifier.LiveTensors, link?.Reconnects ?? 0) with { Adaptation = bandit?.Report() };
    }

    private void Finish(ClassifyReport report)
    {
        if (request.Server is not null)
        {
            // The ledger is read once the socket is closed: the stream's end is traffic too.
            report = report with { BytesUp = _ledger.Up, BytesDown = _ledger.Down };
        }

        Notice(RunSummary.Line(_tally.Images, _tally.Answered, report));
        if (request.Json is not null)
        {
            JsonFile.Write(request.Json, report);
        }
    }

    private async Task<IEnumerable<InputPicture>> OpenPicturesAsync(Bundle bundle, CancellationToken cancellationToken)
    {
        var pictures = await InputPictures.OpenAsync(
            request.Files, bundle.Manifest.Preprocessing.Size, bundle.Manifest.Labels, request.DataRoot,
            request.Quiet ? null : new DownloadProgress(), cancellationToken);
        return request.Images is { } first ? pictures.Take(first) : pictures;
    }

    private ServerLink Link(Bundle bundle, SplitPlan plan, Uri server) => new(bundle, plan.Codecs, plan.Policy, new ServerLinkOptions
    {
        Server = server,
        Deadline = request.Deadline,
        Ledger = _ledger,
        Notify = notice => Notice(notice.Text),
    });

    private void Notice(string text)
    {
        if (!request.Quiet)
        {
            error.WriteLine($"ptee-edge: {Printable.Message(text)}");
        }
    }

    /// <summary>Until all are answered, or the run is stopped.</summary>
    /// <returns>Seconds from the first picture to the last answer.</returns>
    private async Task<double> ClassifyAsync(
        Bundle bundle,
        SplitClassifier classifier,
        IEnumerable<InputPicture> pictures,
        CancellationToken cancellationToken)
    {
        var printer = new RecordPrinter(bundle.Manifest, output, request.JsonLines);
        var start = Stopwatch.GetTimestamp();
        try
        {
            await foreach (var record in classifier.ClassifyAsync(pictures, cancellationToken))
            {
                _tally.Add(record);
                if (!request.Quiet)
                {
                    await printer.PrintAsync(record);
                }

                if (request.StatsEvery is { } every && _tally.Images % every == 0)
                {
                    await printer.PrintStatsAsync(_tally.Images, classifier.LiveTensors);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _stopped = true;
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private ClassifyReport Report(
        Bundle bundle, SplitPlan plan, string engine, double seconds, long liveTensors, int reconnects) => new(
        bundle.Id,
        engine,
        plan.Policy.Gate,
        plan.Point,
        [.. plan.Policy.Thresholds],
        plan.Split,
        string.Join(ClassifyReport.Separator, plan.Codecs),
        seconds,
        BytesUp: null,
        BytesDown: null,
        ProcessMemory.Peak() / BytesPerMb,
        liveTensors,
        reconnects,
        _tally.Records,
        Stopped: _stopped);
}
