using Ptee.CommandLine;
using Ptee.Edge.Commands;
using Ptee.Shared.Processes;

return await EdgeCommandLine.RunAsync(args, new PrintableWriter(Console.Out), Console.Error, ParentWatch.Start());
