using Ptee.Data;
using Ptee.Data.Fetching;
using Ptee.Shared;

namespace Ptee.Tests.Data;

public sealed class ResumeTests : IDisposable
{
    private const string Part = "toy/.fetch/toys.tar.gz.part";
    private const int Held = 100_000;

    private readonly FileServer _server = new();
    private readonly TempFolder _root = new();

    public ResumeTests() => _server.Files["toys.tar.gz"] = ToyData.Archive;

    private DataSource Source => ToyData.Source(new ArchivePlace(new Uri(_server.Address, "toys.tar.gz"), "toys/"));

    [Fact]
    public async Task What_an_earlier_run_left_is_gone_on_with()
    {
        _root.Write(Part, ToyData.Archive[..Held]);

        await ToyData.GetAsync(_root.Path, Source);

        Assert.Equal([$"toys.tar.gz from {Held}"], _server.Requests);
        Assert.Equal(["toy/first.bin", "toy/second.bin"], _root.Files());
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_sends_the_whole_over_what_was_left()
    {
        _server.KnowsRanges = false;
        _root.Write(Part, ToyData.Bytes(seed: 9, Held));

        await ToyData.GetAsync(_root.Path, Source);

        Assert.Equal([$"toys.tar.gz from {Held}"], _server.Requests);
        Assert.Equal(["toy/first.bin", "toy/second.bin"], _root.Files());
    }

    [Fact]
    public async Task What_was_left_of_another_version_is_thrown_away_and_fetched_whole()
    {
        _root.Write(Part, ToyData.Bytes(seed: 9, Held));

        await ToyData.GetAsync(_root.Path, Source);

        Assert.Equal([$"toys.tar.gz from {Held}", "toys.tar.gz"], _server.Requests);
        Assert.Equal(["toy/first.bin", "toy/second.bin"], _root.Files());
    }

    [Fact]
    public async Task A_whole_download_that_was_never_unpacked_is_used()
    {
        _root.Write(Part, ToyData.Archive);

        await ToyData.GetAsync(_root.Path, Source);

        Assert.Equal([$"toys.tar.gz from {ToyData.Archive.Length}"], _server.Requests);
        Assert.Equal(["toy/first.bin", "toy/second.bin"], _root.Files());
    }

    [Fact]
    public async Task More_than_there_is_is_thrown_away()
    {
        _root.Write(Part, ToyData.Bytes(seed: 9, ToyData.Archive.Length + 1));

        await ToyData.GetAsync(_root.Path, Source);

        Assert.Equal([$"toys.tar.gz from {ToyData.Archive.Length + 1}", "toys.tar.gz"], _server.Requests);
        Assert.Equal(["toy/first.bin", "toy/second.bin"], _root.Files());
    }

    [Fact]
    public async Task A_connection_that_breaks_is_gone_on_with_in_the_same_run()
    {
        _server.Cuts.Enqueue(Held);
        _server.Cuts.Enqueue(Held);

        await ToyData.GetAsync(_root.Path, Source);

        Assert.Equal(3, _server.Requests.Count);
        Assert.StartsWith("toys.tar.gz from ", _server.Requests.Last(), StringComparison.Ordinal);
        Assert.Equal(["toy/first.bin", "toy/second.bin"], _root.Files());
    }

    [Fact]
    public async Task A_connection_that_breaks_at_once_is_given_up_and_what_came_is_kept()
    {
        _server.Cuts.Enqueue(Held);
        for (var i = 0; i < 10; i++)
        {
            _server.Cuts.Enqueue(0);
        }

        var fault = await Assert.ThrowsAsync<PteeFormatException>(() => ToyData.GetAsync(_root.Path, Source));

        Assert.Contains("toys.tar.gz: ", fault.Message, StringComparison.Ordinal);
        Assert.Equal([Part], _root.Files());
        Assert.Equal(ToyData.Archive[..Held], File.ReadAllBytes(_root[Part]));
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_given_up()
    {
        _server.Cuts.Enqueue(Held);
        _server.StallsAtCut = true;
        using var http = new HttpClient();
        var download = new HttpDownload(http, progress: null) { Stall = TimeSpan.FromMilliseconds(300) };

        await Assert.ThrowsAsync<TimeoutException>(() => download.RunAsync(
            new Uri(_server.Address, "toys.tar.gz"), _root["x.part"], maxBytes: 1 << 20, CancellationToken.None));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task More_bytes_than_allowed_are_refused_said_or_unsaid(bool resumed)
    {
        var part = _root.Write("x.part", resumed ? ToyData.Archive[..Held] : []);
        using var http = new HttpClient();

        await Assert.ThrowsAsync<PteeFormatException>(() => new HttpDownload(http, progress: null).RunAsync(
            new Uri(_server.Address, "toys.tar.gz"), part, maxBytes: Held + 10, CancellationToken.None));

        Assert.True(new FileInfo(part).Length <= Held);
    }

    [Fact]
    public async Task Cancelling_keeps_what_can_be_gone_on_with_and_nothing_else()
    {
        _server.Cuts.Enqueue(Held);
        _server.StallsAtCut = true;
        using var http = new HttpClient();
        using var cancel = new CancellationTokenSource();
        var fetch = new DataFetcher(http, [Source]).GetAsync(ToyData.Name, _root.Path, null, cancel.Token);
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!File.Exists(_root[Part]) || new FileInfo(_root[Part]).Length == 0)
        {
            await Task.Delay(10, bound.Token);
        }

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal([Part], _root.Files());
    }

    public void Dispose()
    {
        _server.Dispose();
        _root.Dispose();
    }
}
