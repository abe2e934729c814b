namespace Ptee.CommandLine;

/// <summary>How the programs end.</summary>
public static class ExitStatus
{
    public const int Good = 0;

    /// <summary>A file or a value is not what it should be: one line says which.</summary>
    public const int WrongInput = 1;

    /// <summary>A program that this one started and needs ended before its time: one line says how.</summary>
    public const int ProgramEnded = 69;

    /// <summary>Anything else; the stack is printed.</summary>
    public const int Bug = 70;

    /// <summary>By Ctrl-C or SIGTERM, as shells count the first.</summary>
    public const int Stopped = 130;
}
