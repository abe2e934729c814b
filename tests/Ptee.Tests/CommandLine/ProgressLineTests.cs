using Microsoft.Extensions.Time.Testing;
using Ptee.CommandLine;

namespace Ptee.Tests.CommandLine;

public sealed class ProgressLineTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public void Dispose() => _error.Dispose();

    [Fact]
    public void Work_that_is_over_in_two_seconds_says_nothing()
    {
        Run(InLog(), pictures: 500, each: TimeSpan.FromMilliseconds(3.9));

        Assert.Empty(_error.ToString());
    }

    [Fact]
    public void A_log_gets_its_first_line_after_two_seconds_then_one_every_ten_and_one_at_the_end()
    {
        Run(InLog(), pictures: 250, each: TimeSpan.FromMilliseconds(100));

        Assert.Equal(
            [
                "8.0 %  00:00:23 left  reading 20 of 250 pictures",
                "48.0 %  00:00:13 left  reading 120 of 250 pictures",
                "88.0 %  00:00:03 left  reading 220 of 250 pictures",
                "100.0 %  00:00:00 left  reading 250 of 250 pictures",
            ],
            Lines());
    }

    [Fact]
    public void Hours_of_work_do_not_fill_a_log()
    {
        Run(InLog(), pictures: 36_000, each: TimeSpan.FromSeconds(1));

        Assert.InRange(Lines().Length, 30, 100);
    }

    [Fact]
    public void Other_work_has_two_quiet_seconds_of_its_own()
    {
        var line = InLog();
        Run(line, pictures: 30, each: TimeSpan.FromMilliseconds(100));
        var before = Lines().Length;

        Run(line, pictures: 19, each: TimeSpan.FromMilliseconds(100));

        Assert.Equal(before, Lines().Length);
    }

    [Fact]
    public void A_terminal_has_one_line_that_is_written_over()
    {
        Run(OnTerminal(width: 100), pictures: 100, each: TimeSpan.FromMilliseconds(100));

        var written = _error.ToString();
        Assert.EndsWith("\n", written, StringComparison.Ordinal);
        Assert.Equal(1, written.Count(c => c == '\n'));
        Assert.InRange(written.Count(c => c == '\r'), 40, 42); // Every fifth of a second after the first two.
        Assert.Contains("\r50.0 %  00:00:05 left  reading 50 of 100 pictures", written, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, 79)]
    [InlineData(40, 39)]
    public void A_line_that_is_written_over_never_breaks(int width, int columns)
    {
        var line = OnTerminal(width);
        line.Show(new string('x', 200), 1, 3);
        _time.Advance(TimeSpan.FromSeconds(2));

        line.Show(new string('x', 200), 2, 3);

        Assert.Equal(columns + 1, _error.ToString().Length);
    }

    [Fact]
    public void A_line_that_stays_takes_the_place_of_the_one_that_was_written_over()
    {
        var line = OnTerminal(width: 100);
        line.Show("a long name of work", 1, 3);
        _time.Advance(TimeSpan.FromSeconds(2));
        line.Show("a long name of work", 2, 3);

        line.Write("epoch 1");

        Assert.Equal("\r" + "epoch 1".PadRight(79) + "\n", _error.ToString()[^81..]);
    }

    [Fact]
    public void No_terminal_obeys_a_file_s_name()
    {
        InLog().Write("a\u001b[31m\nb");

        Assert.Equal([@"a\u001b[31m\nb"], Lines());
    }

    private void Run(ProgressLine line, int pictures, TimeSpan each)
    {
        for (var i = 1; i <= pictures; i++)
        {
            _time.Advance(each);
            line.Show($"reading {i} of {pictures} pictures", i, pictures);
        }
    }

    private string[] Lines() => _error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private ProgressLine InLog() => new(_error, width: null, _time);

    private ProgressLine OnTerminal(int width) => new(_error, width, _time);
}
