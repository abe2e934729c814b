using System.Text;
using Ptee.Shared.IO;

namespace Ptee.CommandLine;

/// <summary>
/// A console that nothing printed can take over: names of files and classes come from others, and terminals obey control
/// characters. Lines stay lines.
/// </summary>
public sealed class PrintableWriter : TextWriter
{
    private readonly TextWriter _inner;

    public PrintableWriter(TextWriter inner) => (_inner, CoreNewLine) = (inner, ['\n']);

    public override Encoding Encoding => _inner.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void Write(string? value) => _inner.Write(value is null ? null : Printable.Lines(value));

    public override void WriteLine(string? value) => Write(value + NewLine);

    public override Task WriteAsync(string? value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteLineAsync(string? value)
    {
        WriteLine(value);
        return Task.CompletedTask;
    }

    public override void Flush() => _inner.Flush();

    public override Task FlushAsync() => _inner.FlushAsync();

    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);
}
