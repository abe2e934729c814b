using Grpc.Core;
using Ptee.Edge.Net;
using Ptee.Shared.Wire;

namespace Ptee.Edge.Offload;

/// <summary>Writes the frames of one stream: a request stream takes one write at a time, so this is its only writer.</summary>
internal sealed class FrameWriter(
    IClientStreamWriter<InferRequest> requests,
    GatheringHandler gathering,
    Outbox outbox,
    StreamCredits credits,
    StreamLife life,
    FrameFields fields)
{
    private PendingFrame? _held; // Taken with its credit, and not written yet.

    /// <summary>Until the outbox has no more or another stream takes over; then it says that no more will come.</summary>
    /// <param name="retired">Cancelled when another stream takes over: what was taken is still written.</param>
    /// <param name="stop">Cancelled when the stream has ended.</param>
    public async Task RunAsync(CancellationToken retired, CancellationToken stop)
    {
        using var taking = CancellationTokenSource.CreateLinkedTokenSource(retired, stop);
        try
        {
            while (await HoldNextAsync(taking.Token, stop) is { } frame)
            {
                // Taken out, with its credit, not only looked at: nothing can be held back for one that is then too late to be sent, or
                // has to wait. It is sent even if it is too late when its turn comes.
                _held = taking.IsCancellationRequested ? null : NextNow();
                gathering.MoreFollows = _held is not null;
                var message = new InferRequest { Frame = fields.Next(frame) };
                frame.SendOn(credits);
                if (!await TryAsync(() => requests.WriteAsync(message, stop)))
                {
                    return;
                }

                life.Wrote(message.CalculateSize());
            }

            await TryAsync(requests.CompleteAsync);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The stream has ended.
        }
        finally
        {
            outbox.PutBack(_held is { } frame ? [frame] : []);
        }
    }

    /// <returns>False when the call is over; the reading side has the status.</returns>
    private static async Task<bool> TryAsync(Func<Task> write)
    {
        try
        {
            await write();
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // RpcException, InvalidOperationException, HttpIOException: Grpc.Net.Client lets all of them through.
            return false;
        }
    }

    /// <returns>Null when no more will come, or another stream takes over.</returns>
    private async Task<PendingFrame?> HoldNextAsync(CancellationToken taking, CancellationToken stop)
    {
        try
        {
            return _held ?? await NextAsync(taking);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The next frame that the server may be sent.</summary>
    /// <returns>Null when no more will come.</returns>
    private async Task<PendingFrame?> NextAsync(CancellationToken taking)
    {
        await life.RoomAsync(taking);
        await credits.TakeAsync(taking);
        var frame = await outbox.TakeAsync(taking);
        if (frame is null)
        {
            credits.GiveBack();
        }

        return frame;
    }

    /// <returns>Null when none waits, or none may be sent yet.</returns>
    private PendingFrame? NextNow()
    {
        if (!life.HasRoom || !credits.TryTake())
        {
            return null;
        }

        var next = outbox.TryTake();
        if (next is null)
        {
            credits.GiveBack();
        }

        return next;
    }
}
