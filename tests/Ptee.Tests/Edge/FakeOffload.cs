using System.Threading.Channels;
using Ptee.Edge.Offload;
using Ptee.Shared.Inference;

namespace Ptee.Tests.Edge;

/// <summary>Images wait here until the test says what becomes of them.</summary>
internal sealed class FakeOffload : IOffload
{
    private readonly Channel<TaskCompletionSource<OffloadReply>> _sent =
        Channel.CreateUnbounded<TaskCompletionSource<OffloadReply>>();

    private int _inFlight;

    public bool IsUp => true;

    public int MostInFlight { get; private set; }

    public Task<OffloadReply> SendAsync(
        int cut, int codec, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        MostInFlight = Math.Max(MostInFlight, Interlocked.Increment(ref _inFlight));
        var reply = new TaskCompletionSource<OffloadReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        _sent.Writer.TryWrite(reply);
        return reply.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Takes the next image that was sent.</summary>
    public Task<TaskCompletionSource<OffloadReply>> NextAsync() => _sent.Reader.ReadAsync().AsTask().Bounded();

    public void Answer(TaskCompletionSource<OffloadReply> image)
    {
        Interlocked.Decrement(ref _inFlight);
        var answer = new ExitAnswer(EdgeModel.FinalExit, Class: 1, Score: 1, Probability: 1);
        image.SetResult(new OffloadReply(OffloadStatus.Answered, answer, Sent: true));
    }
}
