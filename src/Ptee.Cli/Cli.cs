using System.CommandLine;
using Ptee.Cli.Commands;
using Ptee.CommandLine;

namespace Ptee.Cli;

/// <summary>The commands there are.</summary>
internal static class Cli
{
    public static RootCommand Root => new("Splits a trained classifier between a weak device and a server, with early exits.")
    {
        DemoCommand.Create(),
        DataCommand.Create(),
        ImportCommand.Create(),
        BackboneCommand.Create(),
        ProfileCommand.Create(),
        PlaceCommand.Create(),
        TrainCommand.Create(),
        CalibrateCommand.Create(),
        TrainCodecCommand.Create(),
        PackCommand.Create(),
        UnpackCommand.Create(),
        InspectCommand.Create(),
        VerifyCommand.Create(),
        EvalCommand.Create(),
        CurveCommand.Create(),
        SweepCommand.Create(),
    };

    /// <returns>The exit status.</returns>
    public static Task<int> RunAsync(string[] args, TextWriter error) =>
        new CommandLineProgram("ptee", Root, Console.Out, error).RunAsync(args);
}
