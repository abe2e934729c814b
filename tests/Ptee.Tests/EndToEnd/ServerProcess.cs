using System.Diagnostics;

namespace Ptee.Tests.EndToEnd;

/// <summary>A real server process on loopback; ended with the test.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private ServerProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <param name="port">0 for a free one.</param>
    public static async Task<ServerProcess> StartAsync(string bundle, int port = 0)
    {
        var process = Programs.Start(
            Path.Combine("server", "ptee-server"), ["--bundle", bundle, "--urls", $"http://127.0.0.1:{port}"]);
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(StartLimit);
        Assert.NotNull(line);
        return new ServerProcess(process, new Uri(line.Split(' ').First(word => word.StartsWith("http", StringComparison.Ordinal))));
    }

    /// <summary>SIGKILL: nothing is finished, nothing is said.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }
}
