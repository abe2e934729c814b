using System.Diagnostics;
using Ptee.Shared;

namespace Ptee.Cli.Demo;

/// <summary>One of Ptee's own programs, from its folder beside this one, started and ended with it.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan GraceToEnd = TimeSpan.FromSeconds(5);
    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly CancellationTokenRegistration _cancellation;

    private ChildProcess(Process process, string name, CancellationToken cancellationToken)
    {
        _process = process;
        Name = name;
        _errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        // A read from a pipe does not end when it is cancelled; it ends when the program at its other end does.
        _cancellation = cancellationToken.Register(Kill);
        AppDomain.CurrentDomain.ProcessExit += OnOwnExit;
    }

    public string Name { get; }

    public int Id => _process.Id;

    public StreamReader Output => _process.StandardOutput;

    /// <param name="name"><c>ptee-edge</c> or <c>ptee-server</c>.</param>
    /// <param name="programs">The folder that holds edge/ and server/; else the one this program lies in.</param>
    /// <param name="cancellationToken">Ends the program when it is cancelled.</param>
    /// <param name="prefix">A command and its arguments that the program is started by, as <c>ip netns exec NAME</c>; null: none.</param>
    /// <exception cref="PteeFormatException">The program is not there.</exception>
    public static ChildProcess Start(
        string name, IEnumerable<string> arguments, string? programs, CancellationToken cancellationToken, IReadOnlyList<string>? prefix = null)
    {
        // ptee-edge lies in edge/, ptee-server in server/.
        var folder = name[(name.IndexOf('-', StringComparison.Ordinal) + 1)..];
        var program = Path.Combine(programs ?? AppContext.BaseDirectory, folder, OperatingSystem.IsWindows() ? name + ".exe" : name);
        if (!File.Exists(program))
        {
            throw new PteeFormatException($"{program}: not found; it belongs beside ptee");
        }

        string[] all = [.. prefix ?? [], program, .. arguments];
        var start = new ProcessStartInfo(all[0], all[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        return new ChildProcess(Process.Start(start)!, name, cancellationToken);
    }

    /// <summary>Waits for the end of a program that ends by itself.</summary>
    /// <exception cref="PteeFormatException">Its exit status is not 0: its own words say why.</exception>
    public async Task RequireSuccessAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        if (_process.ExitCode != 0)
        {
            throw await FaultAsync();
        }
    }

    /// <summary>Why the program ended although it should not have.</summary>
    public async Task<PteeFormatException> FaultAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(GraceToEnd);
        var said = (await _errors).Trim().ReplaceLineEndings(" ");
        return new PteeFormatException($"{Name} ended with status {_process.ExitCode}: {said}");
    }

    public async ValueTask DisposeAsync()
    {
        await _cancellation.DisposeAsync();
        AppDomain.CurrentDomain.ProcessExit -= OnOwnExit;
        Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>However this program ends, short of SIGKILL, its children end with it.</summary>
    private void OnOwnExit(object? sender, EventArgs e) => Kill();
}
