using System.Diagnostics;
using System.Globalization;
using Ptee.Training.Progress;

namespace Ptee.Cli.Output;

/// <summary>
/// Progress on standard error: one line that is written over on a terminal, with the time left, and the finished parts'
/// lines below each other. A log file gets those lines too.
/// </summary>
internal sealed class ConsoleProgress(string? logFile = null) : IProgress<TrainingProgress>
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2); // Work that is over by then needs no progress.
    private static readonly TimeSpan BetweenOnTerminal = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BetweenInLog = TimeSpan.FromSeconds(30);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _next = Quiet;
    private TimeSpan _begun; // The part that is reported now: one command has several, and each has its own pace.
    private long _first = -1;
    private long _last;
    private long _total = -1;
    private bool _open;

    public void Report(TrainingProgress value)
    {
        if (value.Line is { } line)
        {
            Write($"{Elapsed(_clock.Elapsed)} {line}");
            return;
        }

        if (value.Total != _total || value.Done < _last)
        {
            (_begun, _first) = (_total < 0 ? TimeSpan.Zero : _clock.Elapsed, value.Done - 1);
        }

        (_last, _total) = (value.Done, value.Total);
        if (_clock.Elapsed < _next && value.Done < value.Total)
        {
            return;
        }

        if (_clock.Elapsed >= Quiet)
        {
            Show(value);
        }

        _next = _clock.Elapsed + (Console.IsErrorRedirected ? BetweenInLog : BetweenOnTerminal);
    }

    /// <summary>A line for people and for the log file.</summary>
    public void Write(string line)
    {
        Console.Error.WriteLine(_open ? $"\r{line,-79}" : line);
        _open = false;
        if (logFile is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(logFile))!);
            File.AppendAllText(logFile, line + "\n");
        }
    }

    private void Show(TrainingProgress value)
    {
        var share = (double)(value.Done - _first) / Math.Max(1, value.Total - _first);
        var left = share > 0 ? (_clock.Elapsed - _begun) * ((1 - share) / share) : TimeSpan.Zero;
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{value.Work}  {100.0 * value.Done / value.Total:F1} %  {Elapsed(left)} left");
        if (Console.IsErrorRedirected)
        {
            Console.Error.WriteLine(text);
            return;
        }

        Console.Error.Write($"\r{text,-79}");
        _open = value.Done < value.Total;
        if (!_open)
        {
            Console.Error.WriteLine();
        }
    }

    private static string Elapsed(TimeSpan time) => time.ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture);
}
