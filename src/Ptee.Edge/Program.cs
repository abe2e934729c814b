using Ptee.CommandLine;
using Ptee.Edge.Commands;

return await EdgeCommandLine.RunAsync(args, new PrintableWriter(Console.Out), Console.Error);
