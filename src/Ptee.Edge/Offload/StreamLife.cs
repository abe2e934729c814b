namespace Ptee.Edge.Offload;

/// <summary>
/// How long one stream may be used. A proxy may end a request of so many bytes or so many minutes, so a stream asks to be replaced
/// before that, while its successor can still be opened beside it. Written by one writer, read from any thread.
/// </summary>
/// <param name="bytes">After so many it asks; after a quarter more nothing is written until it is replaced or may go on.</param>
/// <param name="age">After so long it asks, at the next frame.</param>
internal sealed class StreamLife(int bytes, TimeSpan age, TimeProvider time)
{
    /// <summary>Of a message on the wire: compressed or not, and its length.</summary>
    private const int MessagePrefixBytes = 5;

    private readonly long _start = time.GetTimestamp();
    private readonly TaskCompletionSource _due = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayGoOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _written;

    public TimeSpan Age => time.GetElapsedTime(_start);

    /// <summary>Done once the stream should be replaced.</summary>
    public Task Due => _due.Task;

    public bool HasRoom => _written < bytes + (bytes / 4L) || _mayGoOn.Task.IsCompleted;

    public Task RoomAsync(CancellationToken cancellationToken) =>
        HasRoom ? Task.CompletedTask : _mayGoOn.Task.WaitAsync(cancellationToken);

    /// <summary>A message of so many bytes went out.</summary>
    public void Wrote(int message)
    {
        _written += message + MessagePrefixBytes;
        if (_written >= bytes || Age >= age)
        {
            AskToReplace();
        }
    }

    public void AskToReplace() => _due.TrySetResult();

    /// <summary>There is no successor: better a stream that may be ended than none.</summary>
    public void GoOn() => _mayGoOn.TrySetResult();
}
