using System.Buffers;
using System.Collections.Concurrent;
using System.Threading.Channels;
using Ptee.Edge.Offload;
using Ptee.Shared;
using Ptee.Shared.Adaptation;
using Ptee.Shared.Bundles;
using Ptee.Shared.Inference;
using Ptee.Shared.Reports;

namespace Ptee.Edge.Classification;

/// <summary>
/// One run over pictures. A thread computes and never waits for a reply, only for room; records meet in a channel.
/// </summary>
internal sealed class ClassifierRun : IDisposable
{
    /// <summary>Records that may wait for a slow reader, besides those in the batch and in flight.</summary>
    private const int RecordsWaiting = 256;

    private readonly Manifest _manifest;
    private readonly DevicePart _device;
    private readonly SplitPlan _plan;
    private readonly IOffload? _offload;
    private readonly ThresholdBandit? _bandit;
    private readonly ClassifierOptions _options;
    private readonly CancellationToken _stop;
    private readonly TakenImage[] _batch;
    private readonly ImageLesson?[] _lessons;
    private readonly int _most;
    private readonly SemaphoreSlim _inFlight;
    private readonly ConcurrentBag<ArrayBufferWriter<byte>> _payloads = []; // To use again: as many as were in flight at once.

    // One for each image from its being taken up to its record being read: so nothing grows with the input.
    private readonly SemaphoreSlim _room;
    private readonly Channel<ImageRecord> _records = Channel.CreateUnbounded<ImageRecord>();

    public ClassifierRun(
        Manifest manifest,
        DevicePart device,
        SplitPlan plan,
        IOffload? offload,
        ThresholdBandit? bandit,
        ClassifierOptions options,
        CancellationToken stop)
    {
        (_manifest, _device, _plan, _offload, _bandit) = (manifest, device, plan, offload, bandit);
        (_options, _stop) = (options, stop);
        _batch = new TakenImage[options.Batch];
        _lessons = new ImageLesson?[options.Batch];
        _most = Math.Max(1, options.InFlight);
        _inFlight = new SemaphoreSlim(_most);
        _room = new SemaphoreSlim(options.Batch + _most + RecordsWaiting);
    }

    /// <summary>Ends when <see cref="Compute(IEnumerable{InputPicture}, Action)"/> does; that is soon after the run is stopped.</summary>
    public async IAsyncEnumerable<ImageRecord> ReadAllAsync()
    {
        await foreach (var record in _records.Reader.ReadAllAsync(CancellationToken.None))
        {
            _room.Release();
            yield return record;
        }
    }

    /// <summary>The whole run; returns when nothing is in flight any more. Faults come out of the records.</summary>
    /// <param name="between">Called after each batch, when no engine call is running.</param>
    public void Compute(IEnumerable<InputPicture> pictures, Action between)
    {
        Exception? fault = null;
        try
        {
            var count = 0;
            foreach (var (index, picture) in pictures.Index())
            {
                count += Load(index, picture, row: count) ? 1 : 0;
                if (count == _options.Batch)
                {
                    Compute(count);
                    between();
                    count = 0;
                }
            }

            Compute(count);
            between();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // What is answered is read, and no more is begun.
        }
        catch (Exception exception)
        {
            fault = exception;
        }

        for (var i = 0; i < _most; i++)
        {
            _inFlight.Wait(CancellationToken.None); // Each image on its way ends in bounded time: its deadline.
        }

        _records.Writer.TryComplete(fault);
    }

    public void Dispose()
    {
        _inFlight.Dispose();
        _room.Dispose();
    }

    /// <returns>False when the picture cannot be read: its record says so, and the row is free.</returns>
    private bool Load(int index, InputPicture picture, int row)
    {
        _room.Wait(_stop);
        _batch[row] = new TakenImage(index, picture.Name, picture.Label, _options.Time.GetTimestamp());
        try
        {
            _device.Load(row, picture.Pixels());
            return true;
        }
        catch (PteeFormatException exception)
        {
            Write(_batch[row].Failed(LatencyMs(_batch[row]), exception.Message));
            return false;
        }
    }

    private void Compute(int count)
    {
        if (count == 0)
        {
            return;
        }

        var result = RunDevice(count);
        var answers = result.Answers.Span;
        var remaining = result.Remaining.Span;
        var left = 0;
        for (var row = 0; row < count; row++)
        {
            if (left < remaining.Length && remaining[left] == row)
            {
                left++;
            }
            else
            {
                WriteLocal(_batch[row], answers[row], isSure: true, degraded: false);
                _lessons[row]?.Learn();
            }
        }

        // After those that are done: this may have to wait for room.
        var isUp = remaining.Length > 0 && _offload is { IsUp: true };
        var toCode = isUp ? _device.ToCode(remaining.Length, result.Features.Span) : [];
        for (var i = 0; i < remaining.Length; i++)
        {
            var row = remaining[i];
            if (!isUp || !_offload!.IsUp)
            {
                KeepHere(_batch[row], answers[row], _lessons[row]);
            }
            else
            {
                var payload = _payloads.TryTake(out var used) ? used : new ArrayBufferWriter<byte>();
                var codec = _device.Code(toCode, i, remaining.Length, row, payload);
                _inFlight.Wait(_stop);
                _ = FinishAsync(_offload!, _batch[row], answers[row], _lessons[row], codec, payload);
            }
        }

        if (_options.InFlight == 0)
        {
            _inFlight.Wait(_stop);
            _inFlight.Release();
        }
    }

    private CascadeResult RunDevice(int count)
    {
        if (_bandit is null)
        {
            return _device.Run(count, _plan.Policy, judged: null);
        }

        var choice = _bandit.Choose(count);
        for (var row = 0; row < count; row++)
        {
            _lessons[row] = new ImageLesson(_bandit, choice.Arm);
        }

        return _device.Run(count, choice.Policy, (row, answer) => _lessons[row]!.Add(answer));
    }

    private void KeepHere(TakenImage image, ExitAnswer local, ImageLesson? lesson)
    {
        WriteLocal(image, local, isSure: false, degraded: _offload is not null);
        if (_offload is null && float.IsFinite(local.Probability))
        {
            lesson?.Learn();
        }
    }

    private async Task FinishAsync(
        IOffload offload, TakenImage image, ExitAnswer local, ImageLesson? lesson, int codec, ArrayBufferWriter<byte> payload)
    {
        try
        {
            var reply = await offload.SendAsync(_plan.Split, codec, payload.WrittenMemory, _stop);
            var (sent, how) = reply.Sent ? (payload.WrittenCount, _plan.Codecs[codec]) : (0, "");
            if (reply.Status == OffloadStatus.Answered)
            {
                Write(image.Answered(
                    _manifest, reply.Answer, ImageRecord.ServerTier, isSure: true, degraded: false, LatencyMs(image), sent, how));
                lesson?.Learn(reply.Answer);
                // Only here: what was given up may still be on its way out of this memory.
                payload.ResetWrittenCount();
                _payloads.Add(payload);
            }
            else
            {
                WriteLocal(image, local, isSure: false, degraded: true, sent, how);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // It was on its way when the run was stopped, and has no answer.
        }
        catch (Exception exception)
        {
            _records.Writer.TryComplete(exception); // A fault of ours must not look like a slow server.
        }
        finally
        {
            _inFlight.Release();
        }
    }

    /// <summary>Finite pixels can be too much for a network's sums; such an image has no answer.</summary>
    private void WriteLocal(TakenImage image, ExitAnswer answer, bool isSure, bool degraded, int sent = 0, string how = "") => Write(
        float.IsFinite(answer.Probability)
            ? image.Answered(_manifest, answer, ImageRecord.EdgeTier, isSure, degraded, LatencyMs(image), sent, how)
            : image.Failed(LatencyMs(image), $"exit {answer.Exit} has no finite probability", sent, how));

    private void Write(ImageRecord record) => _records.Writer.TryWrite(record);

    private double LatencyMs(TakenImage image) => _options.Time.GetElapsedTime(image.Since).TotalMilliseconds;
}
