namespace Ptee.Shared.Processes;

/// <summary>How a program that this one started came to its end, in words for the person who waits for it.</summary>
/// <param name="Program">Its name.</param>
/// <param name="Status">Its exit status; 128 and the signal's number where a signal ended it.</param>
public readonly record struct ProcessEnd(string Program, int Status)
{
    private const int FirstSignal = 128;
    private const int MostSignals = 64;

    /// <summary>What happened, in one line.</summary>
    public override string ToString() => (Status - FirstSignal) switch
    {
        6 => $"{Program} died of signal {Signal} (exit status {Status}): it crashed",
        _ when IsCrash => $"{Program} died of signal {Signal} (exit status {Status}): native code crashed",
        9 => $"{Program} was killed by signal {Signal} (exit status {Status}), as the system does when memory runs out",
        > 0 and <= MostSignals => $"{Program} was ended by signal {Signal} (exit status {Status})",
        _ => $"{Program} ended with exit status {Status}",
    };

    /// <summary>The same of one of Ptee's own programs, and what to do about it.</summary>
    public string WithAdvice => IsCrash
        ? $"{this}; please report it with the command and with what lscpu says of this processor"
        : $"{this}";

    private bool IsCrash => Status - FirstSignal is 4 or 5 or 6 or 7 or 8 or 11 or 31;

    /// <summary>As Linux numbers them.</summary>
    private string Signal => (Status - FirstSignal) switch
    {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        31 => "SIGSYS",
        var other => $"{other}",
    };
}
