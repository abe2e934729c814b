using Ptee.Shared.Processes;

namespace Ptee.Shared.Tests.Processes;

public sealed class ProcessEndTests
{
    [Theory]
    [InlineData(136, "ptee-edge died of signal SIGFPE (exit status 136): native code crashed")]
    [InlineData(139, "ptee-edge died of signal SIGSEGV (exit status 139): native code crashed")]
    [InlineData(134, "ptee-edge died of signal SIGABRT (exit status 134): it crashed")]
    public void A_crash_is_called_one_and_says_what_to_report(int status, string said)
    {
        var end = new ProcessEnd("ptee-edge", status);

        Assert.Equal(said, $"{end}");
        Assert.Equal($"{said}; please report it with the command and with what lscpu says of this processor", end.WithAdvice);
    }

    [Theory]
    [InlineData(137, "x was killed by signal SIGKILL (exit status 137), as the system does when memory runs out")]
    [InlineData(143, "x was ended by signal SIGTERM (exit status 143)")]
    [InlineData(192, "x was ended by signal 64 (exit status 192)")]
    [InlineData(193, "x ended with exit status 193")]
    [InlineData(128, "x ended with exit status 128")]
    [InlineData(70, "x ended with exit status 70")]
    [InlineData(0, "x ended with exit status 0")]
    public void Any_other_end_is_no_crash(int status, string said)
    {
        var end = new ProcessEnd("x", status);

        Assert.Equal((said, said), ($"{end}", end.WithAdvice));
    }
}
