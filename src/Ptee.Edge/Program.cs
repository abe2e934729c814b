using Ptee.Edge.Commands;
using Ptee.Shared.Processes;

return await EdgeCommandLine.RunAsync(args, Console.Out, Console.Error, ParentWatch.Start());
