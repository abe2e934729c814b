using System.Globalization;
using Ptee.Data;

namespace Ptee.Cli.Output;

/// <summary>A download on standard error: a bar on a terminal, a line at each new step in a log.</summary>
internal sealed class DownloadProgress : IProgress<DataProgress>
{
    private const int BarWidth = 30;
    private const double Mb = 1 << 20;
    private string _text = "";
    private bool _open;

    public void Report(DataProgress value)
    {
        if (Console.IsErrorRedirected || value.TotalBytes == 0)
        {
            if (value.Text != _text)
            {
                End();
                Console.Error.WriteLine(value.Text);
            }

            _text = value.Text;
            return;
        }

        var filled = (int)(BarWidth * Math.Min(1, (double)value.DoneBytes / value.TotalBytes));
        Console.Error.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"\r[{new string('#', filled),-BarWidth}] {value.DoneBytes / Mb:F1} of {value.TotalBytes / Mb:F1} MB  {value.Text}"));
        _open = true;
    }

    /// <summary>Leaves the bar's line.</summary>
    public void End()
    {
        if (_open)
        {
            Console.Error.WriteLine();
        }

        _open = false;
    }
}
