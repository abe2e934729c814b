using Ptee.Cli;
using Ptee.CommandLine;

Console.SetOut(new PrintableWriter(Console.Out));
return await Cli.RunAsync(args, Console.Error);
