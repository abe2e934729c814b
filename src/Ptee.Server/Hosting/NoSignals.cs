namespace Ptee.Server.Hosting;

/// <summary>
/// The host lives until somebody stops it: signals are the command's affair, so several hosts fit in one process.
/// </summary>
internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
