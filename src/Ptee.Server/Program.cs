using Ptee.Server.Commands;
using Ptee.Shared.Processes;

return await ServeCommand.RunAsync(args, Console.Out, Console.Error, ParentWatch.Start());
