namespace Ptee.Data.Fetching;

/// <summary>A folder on the web that holds the files under their names.</summary>
/// <param name="Folder">Ends in a slash.</param>
internal sealed record FilesPlace(Uri Folder) : DataPlace
{
    public override string ToString() => Folder.ToString();

    public override async Task FetchAsync(Fetch fetch, CancellationToken cancellationToken)
    {
        foreach (var file in fetch.Wanted.ToArray())
        {
            // What does not pack at all becomes a little larger by packing: an eighth with the fastest packers.
            await fetch.DownloadAsync(
                new Uri(Folder, file.Name),
                file.Bytes + (file.Bytes / 8) + 1_024,
                path => fetch.StoreAsync(file, path, cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }
    }
}
