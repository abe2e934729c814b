using System.Diagnostics;
using System.Globalization;
using Ptee.CommandLine;
using Ptee.Training.Progress;

namespace Ptee.Cli.Output;

/// <summary>Training on standard error: how far it is, and the finished parts' lines below each other. A log file gets those lines too.</summary>
internal sealed class ConsoleProgress(string? logFile = null) : IProgress<TrainingProgress>
{
    private readonly ProgressLine _line = ProgressLine.OnStandardError();
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public void Report(TrainingProgress value)
    {
        if (value.Line is null)
        {
            _line.Show(value.Work, value.Done, value.Total);
            return;
        }

        var line = string.Create(CultureInfo.InvariantCulture, $"{_clock.Elapsed:hh\\:mm\\:ss} {value.Line}");
        _line.Write(line);
        if (logFile is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(logFile))!);
            File.AppendAllText(logFile, line + "\n");
        }
    }
}
