using System.ComponentModel;
using System.Diagnostics;
using Ptee.CommandLine;
using Ptee.Shared;
using Ptee.Shared.Processes;

namespace Ptee.Cli.Demo;

/// <summary>
/// One of Ptee's own programs, from its folder beside this one. It ends with this one, however that ends, because it
/// watches its standard input (<see cref="ParentWatch"/>).
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int MostWords = 2000;
    private static readonly TimeSpan GraceToEnd = TimeSpan.FromSeconds(5);
    private readonly Process _process;
    private readonly Task<string> _lastWords;
    private readonly CancellationTokenRegistration _cancellation;
    private readonly Lock _ending = new();
    private Task? _ended;

    private ChildProcess(Process process, string name, CancellationToken cancellationToken)
    {
        _process = process;
        Name = name;
        _lastWords = ReadLastWordsAsync(process.StandardError);
        // A read from a pipe does not end when it is cancelled; it ends when the program at its other end does.
        _cancellation = cancellationToken.Register(() => _ = EndAsync());
    }

    public string Name { get; }

    public int Id => _process.Id;

    public StreamReader Output => _process.StandardOutput;

    public bool HasEnded => _process.HasExited;

    /// <param name="name"><c>ptee-edge</c> or <c>ptee-server</c>.</param>
    /// <param name="programs">The folder that holds edge/ and server/; else the one this program lies in.</param>
    /// <param name="cancellationToken">Ends the program when it is cancelled.</param>
    /// <param name="prefix">A command and its arguments that the program is started by, as <c>ip netns exec NAME</c>; null: none.</param>
    /// <exception cref="PteeFormatException">The program is not there, or cannot be started.</exception>
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
        var start = new ProcessStartInfo(all[0], all[1..])
        {
            RedirectStandardInput = true, // Never written to: its end says that this program is gone.
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [ParentWatch.Variable] = "1" },
        };
        try
        {
            return new ChildProcess(Process.Start(start)!, name, cancellationToken);
        }
        catch (Win32Exception exception)
        {
            throw new PteeFormatException($"{all[0]}: cannot be started: {exception.Message}", exception);
        }
    }

    /// <summary>Waits for the end of a program that ends by itself.</summary>
    /// <exception cref="PteeFormatException">It refused what it was given: its own words say why.</exception>
    /// <exception cref="ProgramEndedException">It ended in any other way than with exit status 0.</exception>
    public async Task RequireSuccessAsync(CancellationToken cancellationToken)
    {
        if ((await WaitAsync(cancellationToken)).Status != ExitStatus.Good)
        {
            throw await FaultAsync();
        }
    }

    /// <summary>Waits for the end of a program that ends by itself, in whatever way.</summary>
    public async Task<ProcessEnd> WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return new ProcessEnd(Name, _process.ExitCode);
    }

    /// <summary>Why the program ended although it should not have.</summary>
    public async Task<Exception> FaultAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(GraceToEnd);
        var said = (await _lastWords).Trim().ReplaceLineEndings(" ");
        return _process.ExitCode == ExitStatus.WrongInput && said.Length > 0
            ? new PteeFormatException(said)
            : new ProgramEndedException(new ProcessEnd(Name, _process.ExitCode), said);
    }

    /// <summary>Bytes, the largest resident size so far; null once it has ended, because then nobody knows.</summary>
    public long? PeakMemory()
    {
        try
        {
            var peak = ProcessMemory.Peak(Id);
            return _process.HasExited ? null : peak;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return null; // It ended meanwhile.
        }
    }

    /// <summary>Ends it: in good order where it can.</summary>
    public async ValueTask DisposeAsync()
    {
        await _cancellation.DisposeAsync();
        await EndAsync();
        _process.Dispose();
    }

    private Task EndAsync()
    {
        lock (_ending)
        {
            return _ended ??= LetEndAsync();
        }
    }

    private async Task LetEndAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(GraceToEnd);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true); // Does nothing when it has ended.
            await _process.WaitForExitAsync();
        }
    }

    private static async Task<string> ReadLastWordsAsync(StreamReader errors)
    {
        var (tail, buffer) = ("", new char[MostWords]);
        while (await errors.ReadAsync(buffer) is > 0 and var read)
        {
            tail += new string(buffer, 0, read);
            tail = tail[Math.Max(0, tail.Length - MostWords)..];
        }

        return tail;
    }
}
