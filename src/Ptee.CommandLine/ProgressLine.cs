using System.Globalization;
using Ptee.Shared.IO;

namespace Ptee.CommandLine;

/// <summary>
/// How far work is, for people: one line that is written over on a terminal, elsewhere a line now and then. Work that is over in
/// two seconds says nothing. Not thread-safe.
/// </summary>
/// <param name="width">Of the terminal's lines; null: what is written is no terminal.</param>
public sealed class ProgressLine(TextWriter error, int? width, TimeProvider time)
{
    private const int MostColumns = 79;
    private const double Growth = 0.1; // The longer the work, the rarer the lines of a log: an hour gives about 60.

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenOnTerminal = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BetweenInLog = TimeSpan.FromSeconds(10);

    private readonly int _columns = Math.Min(MostColumns, (width ?? MostColumns + 1) - 1);
    private long _begun = time.GetTimestamp(); // The work that is reported now: a command has several, and each has its own pace.
    private TimeSpan _next = Quiet;
    private long _first = -1;
    private long _last;
    private long _total = -1;
    private bool _said;
    private bool _open;

    /// <summary>On standard error.</summary>
    public static ProgressLine OnStandardError() =>
        new(Console.Error, Console.IsErrorRedirected ? null : Math.Max(Console.WindowWidth, 2), TimeProvider.System);

    /// <summary>Other work begins where the total is another, or less is done than before.</summary>
    /// <param name="work">What is being done.</param>
    /// <param name="done">Of <paramref name="total"/>, in any unit.</param>
    public void Show(string work, long done, long total)
    {
        if (total != _total || done < _last)
        {
            (_begun, _next, _said) = (_total < 0 ? _begun : time.GetTimestamp(), Quiet, false);
            _first = done - 1;
        }

        (_last, _total) = (done, total);
        var elapsed = time.GetElapsedTime(_begun);
        if (done < total ? elapsed < _next : !_said)
        {
            return;
        }

        Print(Text(work, elapsed), stays: width is null || done >= total);
        _said = done < total;
        _next = elapsed + (width is null ? Max(BetweenInLog, elapsed * Growth) : BetweenOnTerminal);
    }

    /// <summary>A line that stays.</summary>
    public void Write(string line) => Print(Printable.Message(line), stays: true);

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private string Text(string work, TimeSpan elapsed)
    {
        var share = (double)(_last - _first) / Math.Max(1, _total - _first);
        var left = share > 0 ? elapsed * ((1 - share) / share) : TimeSpan.Zero;
        return string.Create(
            CultureInfo.InvariantCulture, $"{100.0 * _last / Math.Max(1, _total):F1} %  {left:hh\\:mm\\:ss} left  {Printable.Message(work)}");
    }

    private void Print(string line, bool stays)
    {
        if (!stays && line.Length > _columns)
        {
            line = line[.._columns]; // Else the terminal breaks it, and the next one is written over its end alone.
        }

        error.Write((_open || !stays ? "\r" + line.PadRight(_columns) : line) + (stays ? Environment.NewLine : ""));
        _open = !stays;
    }
}
