using Ptee.Shared;

namespace Ptee.Data.Fetching;

/// <summary>A folder on this machine, as a system's package installs it.</summary>
/// <param name="Hint">How to get it, for the message where it is not there.</param>
internal sealed record FolderPlace(string Folder, string Hint) : DataPlace
{
    public override string ToString() => Folder;

    public override async Task FetchAsync(Fetch fetch, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Folder))
        {
            throw new PteeFormatException($"no such folder ({Hint})");
        }

        foreach (var file in fetch.Wanted.ToArray())
        {
            var copy = Path.Combine(fetch.WorkFolder, file.Name);
            fetch.Progress?.Report(new DataProgress(0, file.Bytes, $"copying {Path.Combine(Folder, file.Name)}"));
            File.Copy(Path.Combine(Folder, file.Name), copy, overwrite: true);
            await fetch.StoreAsync(file, copy, cancellationToken).ConfigureAwait(false);
        }
    }
}
