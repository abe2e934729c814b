using Ptee.Shared;

namespace Ptee.Data.Fetching;

/// <summary>Somewhere a data set's files can be had.</summary>
internal abstract record DataPlace
{
    /// <summary>Hands over what it has of <see cref="Fetch.Wanted"/> through <see cref="Fetch.StoreAsync"/>.</summary>
    /// <exception cref="PteeFormatException">What it gave is not what it should be.</exception>
    /// <exception cref="HttpRequestException">It cannot be reached, or refuses.</exception>
    /// <exception cref="IOException">It broke off, or the disk did.</exception>
    /// <exception cref="TimeoutException">It stopped answering.</exception>
    public abstract Task FetchAsync(Fetch fetch, CancellationToken cancellationToken);
}
