using Ptee.Data.Fetching;
using Ptee.Data.Sets;
using Ptee.Shared;

namespace Ptee.Data;

/// <summary>
/// Brings a named data set to the data root: tries the set's places in order, verifies every file by SHA-256, and puts
/// it in place only then. What is there and verifies is not fetched again; what does not verify is replaced.
/// </summary>
public sealed class DataFetcher
{
    private readonly HttpClient _http;
    private readonly IReadOnlyList<DataSource> _sources;

    /// <param name="http">The caller's to dispose of.</param>
    public DataFetcher(HttpClient http)
        : this(http, [.. NamedSets.All.Select(set => set.Source)])
    {
    }

    internal DataFetcher(HttpClient http, IReadOnlyList<DataSource> sources) => (_http, _sources) = (http, sources);

    /// <summary>Fetches what is missing or damaged. Two of these at a time on one root wait for each other.</summary>
    /// <param name="name">A name from <see cref="DataSets.Names"/>, without a part.</param>
    /// <param name="dataRoot">See <see cref="DataSets.Root"/>.</param>
    /// <exception cref="PteeFormatException">The name is unknown, the folder cannot be written, or no place had good
    /// files: one line with each place and what went wrong there.</exception>
    public async Task<FetchedData> GetAsync(
        string name,
        string? dataRoot = null,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var source = _sources.FirstOrDefault(s => s.Name == name) ?? throw new PteeFormatException(
            $"unknown data set '{name}'; known: {string.Join(", ", _sources.Select(s => s.Name))}");
        var folder = Path.Combine(DataSets.Root(dataRoot), name);
        using var work = await WorkFolder.EnterAsync(folder, progress, cancellationToken).ConfigureAwait(false);
        var fetch = new Fetch(_http, folder, work.Path, progress);
        await fetch.LookAsync(source.Files, cancellationToken).ConfigureAwait(false);
        var wanted = fetch.Wanted.Select(file => file.Name).ToArray();
        var faults = new List<string>();
        foreach (var place in source.Places.TakeWhile(_ => fetch.Wanted.Count > 0))
        {
            if (await TryAsync(place, fetch, cancellationToken).ConfigureAwait(false) is { } fault)
            {
                faults.Add(fault);
                progress?.Report(new DataProgress(0, 0, fault));
            }
        }

        if (fetch.Wanted.Count > 0)
        {
            throw new PteeFormatException($"{name} could not be fetched: {string.Join("; ", faults)}");
        }

        work.Clear();
        return new FetchedData(folder, wanted, fetch.From);
    }

    /// <returns>What went wrong, in one line, or null.</returns>
    private static async Task<string?> TryAsync(DataPlace place, Fetch fetch, CancellationToken cancellationToken)
    {
        try
        {
            await place.FetchAsync(fetch, cancellationToken).ConfigureAwait(false);
            fetch.From = place.ToString();
            return fetch.Wanted.Count == 0 ? null : $"{place}: it has no {fetch.Wanted[0].Name}";
        }
        catch (Exception e) when (e is HttpRequestException or IOException or PteeFormatException or TimeoutException)
        {
            return $"{place}: {e.Message}";
        }
    }
}
