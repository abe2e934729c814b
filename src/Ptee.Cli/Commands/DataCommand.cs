using System.CommandLine;
using Ptee.CommandLine;
using Ptee.Data;
using Ptee.Shared.IO;

namespace Ptee.Cli.Commands;

/// <summary><c>ptee data get NAME</c>.</summary>
internal static class DataCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = $"One of: {string.Join(", ", DataSets.Names)}." };
        var root = SharedOptions.DataRoot();
        var json = CommonOptions.Json();
        var get = new Command("get", "Fetches a data set, verifies it by hash and unpacks it. Example: ptee data get cifar10")
        {
            name, root, json,
        };
        get.SetAction(async (parsed, cancellationToken) =>
        {
            using var http = new HttpClient();
            var fetched = await new DataFetcher(http).GetAsync(
                parsed.GetRequiredValue(name), parsed.GetValue(root), new DownloadProgress(), cancellationToken);
            Console.WriteLine(fetched.From is { } from
                ? $"{fetched.Folder}: {fetched.Files.Count} files from {from}"
                : $"{fetched.Folder}: all there already");
            if (parsed.GetValue(json) is { } file)
            {
                JsonFile.Write(file, fetched);
            }

            return ExitStatus.Good;
        });
        return new Command("data", "Data sets.") { get };
    }
}
