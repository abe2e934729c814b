using Ptee.Data;
using Ptee.Data.Fetching;
using Ptee.Data.Sets;

namespace Ptee.Tests.Data;

/// <summary>On the files that nobody here made.</summary>
public sealed class RealDataTests
{
    private const string Debian = "/usr/share/datasets/fashion-mnist";

    [Fact]
    public void Held_out_and_train_are_the_fifty_thousand_without_overlap()
    {
        var root = DataRoot.With("cifar10/data_batch_5.bin");
        var last = File.ReadAllBytes(Path.Combine(root, "cifar10/data_batch_5.bin"));

        var train = DataSets.Open("cifar10:train", root);
        var heldOut = DataSets.Open("cifar10:heldout", root);

        Assert.Equal((45_000, 5_000), (train.Count, heldOut.Count));
        Assert.True(train.Pixels(44_999).SequenceEqual(Record(last, 4_999)[1..]));
        Assert.True(heldOut.Pixels(0).SequenceEqual(Record(last, 5_000)[1..]));
        Assert.True(heldOut.Pixels(4_999).SequenceEqual(Record(last, 9_999)[1..]));
        Assert.Equal(Record(last, 9_999)[0], heldOut.LabelOf(4_999));

        static ReadOnlySpan<byte> Record(byte[] file, int i) => file.AsSpan(i * 3_073, 3_073);
    }

    [Fact]
    public void The_test_set_has_a_thousand_of_each_class()
    {
        var set = DataSets.Open("cifar10", DataRoot.With("cifar10/test_batch.bin"));

        Assert.Equal((10_000, 32, "cifar10:test#17"), (set.Count, set.Size, set.NameOf(17)));
        var counts = Enumerable.Range(0, set.Count).CountBy(i => set.LabelOf(i)!.Value).OrderBy(pair => pair.Key);
        Assert.Equal(Enumerable.Repeat(1_000, 10), counts.Select(pair => pair.Value));
        // The first four of the test set, as everybody knows them.
        var names = Enumerable.Range(0, 4).Select(i => set.Classes[set.LabelOf(i)!.Value]);
        Assert.Equal(["cat", "ship", "ship", "airplane"], names);
    }

    [Fact]
    public void Lossless_files_of_real_pictures_are_lossless_and_webp_is_the_smaller()
    {
        var set = DataSets.Open("cifar10", DataRoot.With("cifar10/test_batch.bin")).Take(200);
        var (png, webp) = (0L, 0L);
        for (var i = 0; i < set.Count; i++)
        {
            var pngBytes = Pictures.PngBytes(set.Pixels(i), set.Size);
            var webpBytes = Pictures.WebpLosslessBytes(set.Pixels(i), set.Size);
            Assert.True(Pictures.Decode(pngBytes, "png").ToSquare(32).AsSpan().SequenceEqual(set.Pixels(i)));
            Assert.True(Pictures.Decode(webpBytes, "webp").ToSquare(32).AsSpan().SequenceEqual(set.Pixels(i)));
            png += pngBytes.Length;
            webp += webpBytes.Length;
        }

        Assert.InRange(png / set.Count, 2_000, 2_600); // design.md, section 11: 2,265.
        Assert.InRange(webp, 1, png - 1);
    }

    [Fact]
    public async Task A_set_that_is_not_there_is_fetched_first_and_a_line_says_so()
    {
        var held = Path.Combine(DataRoot.With("cifar10/test_batch.bin"), "cifar10");
        using var root = new TempFolder();
        using var http = new HttpClient();
        var files = Cifar10.Set.Source.Files.Where(file => file.Name == "test_batch.bin").ToArray();
        var fetcher = new DataFetcher(http, [new DataSource("cifar10", files, [new FolderPlace(held, "")])]);
        var lines = new Lines();

        var set = await DataSets.OpenAsync("cifar10:test", root.Path, fetcher: fetcher, progress: lines);

        Assert.Equal(10_000, set.Count);
        Assert.Single(lines.All, line => line.Text.StartsWith("cifar10 is not in ", StringComparison.Ordinal));
        Assert.Equal(["cifar10/test_batch.bin"], root.Files());

        var count = lines.All.Count;
        await DataSets.OpenAsync("cifar10:test", root.Path, fetcher: fetcher, progress: lines);
        Assert.Equal(count, lines.All.Count);
    }

    [Fact]
    public async Task Fashion_mnist_comes_from_debians_folder_framed_and_in_three_channels()
    {
        Assert.SkipUnless(Directory.Exists(Debian), $"no {Debian}: apt-get install dataset-fashion-mnist");
        using var root = new TempFolder();

        var test = await DataSets.OpenAsync("fashion-mnist", root.Path);
        var train = DataSets.Open("fashion-mnist:train", root.Path);
        var heldOut = DataSets.Open("fashion-mnist:heldout", root.Path);

        Assert.Equal((10_000, 55_000, 5_000), (test.Count, train.Count, heldOut.Count));
        var picture = test.Pixels(0).ToArray();
        var sum = 0;
        for (var i = 0; i < 32 * 32; i++)
        {
            Assert.Equal((picture[i], picture[i]), (picture[i + 1_024], picture[i + 2_048]));
            var (row, column) = (i / 32, i % 32);
            Assert.True(picture[i] == 0 || (row is >= 2 and < 30 && column is >= 2 and < 30));
            sum += picture[i];
        }

        Assert.NotEqual(0, sum);
        Assert.Equal("Ankle boot", test.Classes[test.LabelOf(0)!.Value]); // The first of the test set, as everybody knows it.
    }
}
