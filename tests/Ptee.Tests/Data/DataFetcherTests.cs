using Ptee.Data;
using Ptee.Data.Fetching;
using Ptee.Shared;

namespace Ptee.Tests.Data;

public sealed class DataFetcherTests : IDisposable
{
    private static readonly string[] BothFiles = ["toy/first.bin", "toy/second.bin"];

    private readonly FileServer _server = new();
    private readonly TempFolder _root = new();

    [Fact]
    public async Task An_archive_gives_its_files_and_leaves_nothing_else()
    {
        _server.Files["toys.tar.gz"] = ToyData.Archive;
        var lines = new Lines();

        var fetched = await ToyData.GetAsync(_root.Path, ToyData.Source(Archive()), lines);

        Assert.Equal(["first.bin", "second.bin"], fetched.Files);
        Assert.Equal(Archive().ToString(), fetched.From);
        AssertWhole();
        Assert.Contains(lines.All, line => line.TotalBytes == ToyData.Archive.Length && line.DoneBytes > 0);
    }

    [Fact]
    public async Task Files_are_fetched_one_by_one_where_there_is_no_archive()
    {
        _server.Files["first.bin"] = ToyData.First;
        _server.Files["second.bin"] = ToyData.Second;

        await ToyData.GetAsync(_root.Path, ToyData.Source(new FilesPlace(_server.Address)));

        AssertWhole();
    }

    [Fact]
    public async Task What_is_there_and_verifies_is_not_fetched_again()
    {
        _root.Write("toy/first.bin", ToyData.First);
        _root.Write("toy/second.bin", ToyData.Second);

        var fetched = await ToyData.GetAsync(_root.Path, ToyData.Source(Archive()));

        Assert.Empty(fetched.Files);
        Assert.Null(fetched.From);
        Assert.Empty(_server.Requests);
        AssertWhole();
    }

    [Fact]
    public async Task A_corrupted_file_is_replaced_and_the_good_one_is_left()
    {
        var damaged = ToyData.First.ToArray();
        damaged[1_234] ^= 1;
        _root.Write("toy/first.bin", damaged);
        _root.Write("toy/second.bin", ToyData.Second);
        _server.Files["toys.tar.gz"] = ToyData.Archive;

        var fetched = await ToyData.GetAsync(_root.Path, ToyData.Source(Archive()));

        Assert.Equal(["first.bin"], fetched.Files);
        AssertWhole();
    }

    [Fact]
    public async Task A_place_with_other_bytes_is_refused_and_the_next_one_is_asked()
    {
        _server.Files["toys.tar.gz"] = ToyData.TarGz(
            ("toys/first.bin", ToyData.First),
            ("toys/second.bin", ToyData.Bytes(seed: 3, ToyData.Second.Length)));
        _server.Files["mirror/second.bin"] = ToyData.Second;
        var mirror = new FilesPlace(new Uri(_server.Address, "mirror/"));
        var lines = new Lines();

        await ToyData.GetAsync(_root.Path, ToyData.Source(Archive(), mirror), lines);

        Assert.Contains(lines.All, line => line.Text.Contains("second.bin: SHA-256 is", StringComparison.Ordinal));
        AssertWhole();
    }

    [Fact]
    public async Task When_no_place_helps_the_message_names_each_and_nothing_half_written_stays()
    {
        _server.Files["toys.tar.gz"] = ToyData.Archive[..^5_000];
        var mirror = new FilesPlace(new Uri(_server.Address, "nowhere/"));
        var folder = new FolderPlace("/no/such/folder", "Debian: apt-get install toys");

        var fault = await Assert.ThrowsAsync<PteeFormatException>(
            () => ToyData.GetAsync(_root.Path, ToyData.Source(Archive(), mirror, folder)));

        Assert.Contains("toys.tar.gz: the archive is cut short or damaged", fault.Message, StringComparison.Ordinal);
        Assert.Contains("404", fault.Message, StringComparison.Ordinal);
        Assert.Contains("no such folder (Debian: apt-get install toys)", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
        Assert.Empty(_root.Files());
    }

    [Fact]
    public async Task An_archive_without_a_file_or_with_a_longer_one_is_refused()
    {
        _server.Files["toys.tar.gz"] = ToyData.TarGz(("toys/first.bin", [.. ToyData.First, 0]));
        Assert.Contains("at most 300000 expected", await FaultAsync(), StringComparison.Ordinal);

        _server.Files["toys.tar.gz"] = ToyData.TarGz(("toys/first.bin", ToyData.First), ("second.bin", ToyData.Second));
        Assert.Contains("the archive has no toys/second.bin", await FaultAsync(), StringComparison.Ordinal);
        Assert.Empty(_root.Files());

        async Task<string> FaultAsync() => (await Assert.ThrowsAsync<PteeFormatException>(
            () => ToyData.GetAsync(_root.Path, ToyData.Source(Archive())))).Message;
    }

    [Fact]
    public async Task Names_in_an_archive_never_become_paths()
    {
        _server.Files["toys.tar.gz"] = ToyData.TarGz(
            ("../../evil.bin", [1]), ("toys/first.bin", ToyData.First), ("toys/second.bin", ToyData.Second));

        await ToyData.GetAsync(_root.Path, ToyData.Source(Archive()));

        AssertWhole();
    }

    [Fact]
    public async Task A_packed_file_is_judged_by_what_is_inside()
    {
        var file = ToyData.FileOf("first.gz", ToyData.First);
        _server.Files["first.gz"] = ToyData.Gzip(ToyData.First);
        var source = new DataSource(ToyData.Name, [file], [new FilesPlace(_server.Address)]);

        await ToyData.GetAsync(_root.Path, source);
        Assert.Equal(ToyData.First, file.ReadVerified(_root["toy"]));

        _root.Write("toy/first.gz", ToyData.Gzip(new byte[50_000_000])); // Small outside, large inside.
        var fault = Assert.Throws<PteeFormatException>(() => file.ReadVerified(_root["toy"]));
        Assert.Contains("over 300000 bytes", fault.Message, StringComparison.Ordinal);

        await ToyData.GetAsync(_root.Path, source);
        Assert.Equal(ToyData.First, file.ReadVerified(_root["toy"]));
    }

    [Fact]
    public async Task Two_at_a_time_wait_for_each_other_and_fetch_once()
    {
        _server.Files["toys.tar.gz"] = ToyData.Archive;
        var source = ToyData.Source(Archive());

        var both = await Task.WhenAll(ToyData.GetAsync(_root.Path, source), ToyData.GetAsync(_root.Path, source));

        Assert.Equal(2, both.Sum(fetched => fetched.Files.Count));
        Assert.Single(_server.Requests);
        AssertWhole();
    }

    [Fact]
    public async Task An_unknown_name_is_answered_with_the_known_ones()
    {
        using var http = new HttpClient();

        var fault = await Assert.ThrowsAsync<PteeFormatException>(
            () => new DataFetcher(http).GetAsync("mnist", _root.Path));

        Assert.Equal("unknown data set 'mnist'; known: cifar10, fashion-mnist, svhn", fault.Message);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_said_in_a_line()
    {
        var file = _root.Write("file", [1]);

        var fault = await Assert.ThrowsAsync<PteeFormatException>(() => ToyData.GetAsync(file, ToyData.Source()));

        Assert.Contains("the folder cannot be made", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _server.Dispose();
        _root.Dispose();
    }

    private ArchivePlace Archive() => new(new Uri(_server.Address, "toys.tar.gz"), "toys/");

    private void AssertWhole()
    {
        Assert.Equal(BothFiles, _root.Files());
        Assert.Equal(ToyData.First, File.ReadAllBytes(_root["toy/first.bin"]));
        Assert.Equal(ToyData.Second, File.ReadAllBytes(_root["toy/second.bin"]));
    }
}
