namespace Ptee.Server.Services;

/// <summary>
/// Every call goes in and out here, so that a stopping server lets nobody in and knows when all have gone.
/// </summary>
/// <remarks>
/// Kestrel alone would do, but it closes a connection as soon as the last call on it has ended, and a .NET caller that
/// then has not yet read its status sees INTERNAL instead. So calls end first, and connections a little later.
/// </remarks>
internal sealed class CallGate : IDisposable
{
    private static readonly TimeSpan ToReadTheStatus = TimeSpan.FromMilliseconds(250);
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open;
    private bool _closed;

    /// <summary>Cancelled once the server stops.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <returns>To be disposed when the call has ended.</returns>
    /// <exception cref="Grpc.Core.RpcException">UNAVAILABLE: the server is stopping.</exception>
    public IDisposable Enter()
    {
        lock (_gate)
        {
            if (_closed)
            {
                throw Refusals.Stopping();
            }

            _open++;
        }

        return new Pass(this);
    }

    /// <summary>Lets nobody in any more and waits until all have gone, but no longer than the limit.</summary>
    public async Task CloseAsync(TimeSpan limit)
    {
        lock (_gate)
        {
            _closed = true;
            if (_open == 0)
            {
                return;
            }
        }

        await _stopping.CancelAsync();
        await _empty.Task.WaitAsync(limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Delay(ToReadTheStatus);
    }

    public void Dispose() => _stopping.Dispose();

    private void Leave()
    {
        lock (_gate)
        {
            _open--;
            if (_closed && _open == 0)
            {
                _empty.TrySetResult();
            }
        }
    }

    private sealed class Pass(CallGate gate) : IDisposable
    {
        public void Dispose() => gate.Leave();
    }
}
