using Ptee.CommandLine;
using Ptee.Server.Commands;
using Ptee.Shared.Processes;

return await ServeCommand.RunAsync(args, new PrintableWriter(Console.Out), Console.Error, ParentWatch.Start());
