using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Ptee.Tests.Data;

/// <summary>A real HTTP server on loopback that serves bytes, with the faults that real ones have.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly HttpListener _listener;

    public FileServer()
    {
        (_listener, Address) = Listen();
        _ = Task.Run(ServeAsync);
    }

    public Uri Address { get; }

    /// <summary>By path, without the first slash.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    public bool KnowsRanges { get; set; } = true;

    /// <summary>Bytes after which the connection is cut, one value a request; then no more cuts.</summary>
    public ConcurrentQueue<int> Cuts { get; } = new();

    /// <summary>After the cut's bytes it sends nothing more instead of closing.</summary>
    public bool StallsAtCut { get; set; }

    /// <summary><c>path</c> or <c>path from N</c>, in the order they came.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public void Dispose() => _listener.Close();

    private static (HttpListener Listener, Uri Address) Listen()
    {
        for (var attempt = 0; ; attempt++)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var address = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
            probe.Stop();
            var listener = new HttpListener();
            listener.Prefixes.Add(address.ToString());
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException) when (attempt < 10)
            {
                // Somebody took the port in between.
            }
        }
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                await AnswerAsync(await _listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
            {
                // The client has gone, or the test is over: the loop's condition says which.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var path = context.Request.Url!.AbsolutePath[1..];
        var range = context.Request.Headers["Range"];
        var from = range is null ? 0 : int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
        Requests.Enqueue(range is null ? path : $"{path} from {from}");
        using var response = context.Response;
        if (!Files.TryGetValue(path, out var bytes))
        {
            response.StatusCode = 404;
            return;
        }

        if (range is not null && KnowsRanges)
        {
            var whole = from >= bytes.Length;
            response.StatusCode = whole ? 416 : 206;
            response.Headers["Content-Range"] =
                whole ? $"bytes */{bytes.Length}" : $"bytes {from}-{bytes.Length - 1}/{bytes.Length}";
            bytes = whole ? [] : bytes[from..];
        }

        response.ContentLength64 = bytes.Length;
        var count = Cuts.TryDequeue(out var cut) ? Math.Min(cut, bytes.Length) : bytes.Length;
        await response.OutputStream.WriteAsync(bytes.AsMemory(0, count));
        if (count < bytes.Length)
        {
            await response.OutputStream.FlushAsync();
            await Task.Delay(StallsAtCut ? TimeSpan.FromSeconds(20) : TimeSpan.FromMilliseconds(50));
            response.Abort();
        }
    }
}
