using Ptee.Cli;

return await Cli.RunAsync(args, Console.Error);
