using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Ptee.CommandLine;
using Ptee.Shared;

namespace Ptee.Tests.CommandLine;

public sealed class CommandLineProgramTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public void Dispose() => _error.Dispose();

    [Fact]
    public async Task What_goes_well_ends_with_0_and_says_nothing()
    {
        Assert.Equal(0, await Program(_ => Task.CompletedTask).RunAsync([]));
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public async Task Wrong_input_is_one_line_that_no_terminal_obeys()
    {
        var program = Program(_ => throw new PteeFormatException("caf\u00e9\n\u001b[2J\u202egnp.exe: not found"));

        Assert.Equal(1, await program.RunAsync([]));
        Assert.Equal(@"x: café\n\u001b[2J\u202egnp.exe: not found" + "\n", _error.ToString());
    }

    [Fact]
    public async Task A_file_that_is_missing_is_wrong_input()
    {
        Assert.Equal(1, await Program(_ => throw new FileNotFoundException("not found", "a.png")).RunAsync([]));
        Assert.Equal("x: not found\n", _error.ToString());
    }

    [Fact]
    public async Task An_assembly_that_is_missing_is_a_bug_and_its_stack_is_printed()
    {
        var program = Program(_ => throw new FileNotFoundException("no \u001b assembly", "Some.Library, Version=1.0.0.0, Culture=neutral"));

        Assert.Equal(70, await program.RunAsync([]));
        Assert.StartsWith(@"x: bug, please report: System.IO.FileNotFoundException: no \u001b assembly", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("\n   at ", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_stopped_ends_with_130()
    {
        using var stop = new CancellationTokenSource();
        var running = Program(token => Task.Delay(Timeout.Infinite, token)).RunAsync([], stop.Token);

        await stop.CancelAsync();

        Assert.Equal(130, await running.WaitAsync(Limit));
        Assert.Equal("x: stopped\n", _error.ToString());
    }

    [Fact]
    public async Task Work_that_does_not_stop_is_left_when_the_patience_is_over()
    {
        var time = new FakeTimeProvider();
        using var stop = new CancellationTokenSource();
        var running = Program(_ => Task.Delay(Timeout.Infinite, CancellationToken.None), time, TimeSpan.FromSeconds(10)).RunAsync([], stop.Token);
        await stop.CancelAsync();
        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(running.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(130, await running.WaitAsync(Limit));
    }

    [Fact]
    public async Task What_is_printed_is_the_same_in_every_culture()
    {
        var text = "";
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "," } };
        try
        {
            await Program(async _ =>
            {
                await Task.Yield();
                text = $"{0.5}";
            }).RunAsync([]).WaitAsync(Limit);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.Equal("0.5", text);
    }

    private CommandLineProgram Program(Func<CancellationToken, Task> run, TimeProvider? time = null, TimeSpan? patience = null)
    {
        var root = new RootCommand();
        root.SetAction((_, token) => run(token));
        return new CommandLineProgram("x", root, TextWriter.Null, _error) { Time = time ?? TimeProvider.System, Patience = patience };
    }
}
