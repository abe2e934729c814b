using Ptee.CommandLine;
using Ptee.Server.Commands;

return await ServeCommand.RunAsync(args, new PrintableWriter(Console.Out), Console.Error);
