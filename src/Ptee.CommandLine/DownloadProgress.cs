using Ptee.Data;

namespace Ptee.CommandLine;

/// <summary>Data on its way, on standard error: what is done now, and how far what takes long is.</summary>
public sealed class DownloadProgress : IProgress<DataProgress>
{
    private readonly ProgressLine _line = ProgressLine.OnStandardError();
    private string _said = "";

    public void Report(DataProgress value)
    {
        if (value.TotalBytes > 0)
        {
            _line.Show(value.Text, value.DoneBytes, value.TotalBytes);
        }
        else if (value.Text != _said)
        {
            _line.Write(_said = value.Text);
        }
    }
}
