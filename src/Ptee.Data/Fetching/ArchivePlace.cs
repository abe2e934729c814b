namespace Ptee.Data.Fetching;

/// <summary>A tar.gz on the web that holds the files as they are.</summary>
/// <param name="Folder">What stands before the files' names in the archive.</param>
internal sealed record ArchivePlace(Uri Address, string Folder) : DataPlace
{
    /// <summary>256 MiB; CIFAR-10's has 170 MB.</summary>
    public long MaxBytes { get; init; } = 256L << 20;

    public override string ToString() => Address.ToString();

    public override Task FetchAsync(Fetch fetch, CancellationToken cancellationToken) =>
        fetch.DownloadAsync(
            Address, MaxBytes, archive => UnpackAsync(fetch, archive, cancellationToken), cancellationToken);

    private async Task UnpackAsync(Fetch fetch, string archive, CancellationToken cancellationToken)
    {
        var targets = fetch.Wanted.ToDictionary(
            file => file,
            file => new TarTarget(Path.Combine(fetch.WorkFolder, file.Name), file.Bytes));
        fetch.Progress?.Report(new DataProgress(0, 0, $"unpacking {Path.GetFileName(Address.LocalPath)}"));
        await TarGz.ExtractAsync(
            archive, targets.ToDictionary(t => Folder + t.Key.Name, t => t.Value), cancellationToken)
            .ConfigureAwait(false);
        foreach (var (file, target) in targets)
        {
            await fetch.StoreAsync(file, target.Path, cancellationToken).ConfigureAwait(false);
        }
    }
}
