using Ptee.Server.Commands;

return await ServeCommand.RunAsync(args, Console.Out, Console.Error);
