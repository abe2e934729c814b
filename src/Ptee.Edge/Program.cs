using Ptee.Edge.Commands;

return await EdgeCommandLine.RunAsync(args, Console.Out, Console.Error);
