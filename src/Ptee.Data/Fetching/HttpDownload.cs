using System.Net;
using System.Net.Http.Headers;
using Ptee.Shared;

namespace Ptee.Data.Fetching;

/// <summary>A download into a file that can be gone on with after it broke off, now or in another run.</summary>
internal sealed class HttpDownload(HttpClient http, IProgress<DataProgress>? progress)
{
    /// <summary>Without an answer or another byte for so long, the place is given up.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often it is gone on with in one run, so long as bytes came each time.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Makes <paramref name="part"/> whole.</summary>
    /// <returns>Whether what an earlier run left is in it.</returns>
    /// <exception cref="HttpRequestException">It cannot be reached, or answers with another status.</exception>
    /// <exception cref="IOException">It broke off too often; <paramref name="part"/> holds what came.</exception>
    /// <exception cref="PteeFormatException">It is larger than <paramref name="maxBytes"/>.</exception>
    /// <exception cref="TimeoutException">Nothing came for <see cref="Stall"/>.</exception>
    public async Task<bool> RunAsync(Uri address, string part, long maxBytes, CancellationToken cancellationToken)
    {
        var resumed = Length(part) > 0;
        for (var attempt = 1; ; attempt++)
        {
            var before = Length(part);
            try
            {
                return await GoOnAsync(address, part, maxBytes, cancellationToken).ConfigureAwait(false) && resumed;
            }
            catch (IOException) when (attempt < Attempts && Length(part) > before)
            {
                progress?.Report(new DataProgress(Length(part), 0, $"{address} broke off: going on"));
            }
        }
    }

    /// <returns>Whether the server went on where the file ended; false = it sent the whole.</returns>
    private async Task<bool> GoOnAsync(Uri address, string part, long maxBytes, CancellationToken cancellationToken)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            stall.CancelAfter(Stall);
            using var response = await AskAsync(address, Length(part), stall.Token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && Length(part) > 0)
            {
                if (response.Content.Headers.ContentRange?.Length == Length(part))
                {
                    return true; // Whole already: the last run ended between the download and its use.
                }

                File.Delete(part);
                return await GoOnAsync(address, part, maxBytes, cancellationToken).ConfigureAwait(false);
            }

            response.EnsureSuccessStatusCode();
            var goesOn = response.StatusCode == HttpStatusCode.PartialContent;
            if (goesOn && response.Content.Headers.ContentRange?.From != Length(part))
            {
                throw new HttpRequestException($"it sent another range than the one from byte {Length(part)}");
            }

            var done = goesOn ? Length(part) : 0;
            var total = done + (response.Content.Headers.ContentLength ?? 0);
            CheckLength(address, total, maxBytes);
            using var file = new FileStream(part, goesOn ? FileMode.Append : FileMode.Create);
            await CopyAsync(response, file, new Copy(address, total, maxBytes), stall).ConfigureAwait(false);
            return goesOn;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"nothing came for {Stall.TotalSeconds:0} s", e);
        }
    }

    private async Task<HttpResponseMessage> AskAsync(Uri address, long from, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (from > 0)
        {
            request.Headers.Range = new RangeHeaderValue(from, null);
        }

        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task CopyAsync(
        HttpResponseMessage response, FileStream file, Copy copy, CancellationTokenSource stall)
    {
        using var body = await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
        var buffer = new byte[1 << 18];
        int read;
        while ((read = await body.ReadAsync(buffer, stall.Token).ConfigureAwait(false)) > 0)
        {
            CheckLength(copy.Address, file.Position + read, copy.MaxBytes);
            await file.WriteAsync(buffer.AsMemory(0, read), stall.Token).ConfigureAwait(false);
            progress?.Report(new DataProgress(file.Position, copy.Total, $"downloading {copy.Address}"));
            stall.CancelAfter(Stall);
        }
    }

    private static void CheckLength(Uri address, long length, long maxBytes)
    {
        if (length > maxBytes)
        {
            throw new PteeFormatException($"{address}: over {maxBytes} bytes, more than this file can be");
        }
    }

    private static long Length(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    private readonly record struct Copy(Uri Address, long Total, long MaxBytes);
}
