using Ptee.Data;
using Ptee.Shared;

namespace Ptee.Tests.Data;

public sealed class DataSetsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void An_unknown_name_is_answered_with_the_known_ones()
    {
        Assert.Equal(
            "'cifar100' is neither a file, a folder nor a data set; known: cifar10, fashion-mnist, svhn " +
            "(each with :train, :heldout or :test), or a path",
            FaultOf("cifar100"));
        Assert.Equal("'cifar10' has no part 'valid'; known: train, heldout, test", FaultOf("cifar10:valid"));
    }

    [Fact]
    public void A_set_that_is_not_there_says_how_to_get_it() => Assert.EndsWith(
        "test_batch.bin: no such file; 'ptee data get' fetches it", FaultOf("cifar10"), StringComparison.Ordinal);

    [Fact]
    public void A_set_whose_bytes_are_wrong_is_not_opened()
    {
        _folder.Write("cifar10/test_batch.bin", new byte[30_730_000]);

        Assert.Contains("expected 8e2eb146", FaultOf("cifar10:test"), StringComparison.Ordinal);
    }

    [Fact]
    public void Named_sets_have_one_size() =>
        Assert.Equal("cifar10:test holds pictures of 32x32, expected 64x64", FaultOf("cifar10:test", size: 64));

    [Fact]
    public void The_root_is_the_argument_if_there_is_one() => Assert.Equal(_folder.Path, DataSets.Root(_folder.Path));

    [Fact]
    public void A_cifar_file_is_labels_and_planes()
    {
        var records = ToyData.Bytes(seed: 4, 2 * 3_073);
        (records[0], records[3_073]) = (9, 0);
        var path = _folder.Write("mine.bin", records);

        var set = DataSets.Open(path);

        Assert.Equal((2, 32, 9, 0), (set.Count, set.Size, set.LabelOf(0), set.LabelOf(1)));
        Assert.Equal(records[3_074..], set.Pixels(1).ToArray());
        Assert.Equal(("truck", $"{path}#1"), (set.Classes[set.LabelOf(0)!.Value], set.NameOf(1)));
    }

    [Fact]
    public void A_cifar_file_of_another_length_or_with_another_label_is_refused()
    {
        var records = new byte[2 * 3_073];
        Assert.Contains(
            "6147 bytes, expected a multiple of 3073", FaultOfBin([.. records, 1]), StringComparison.Ordinal);
        Assert.Contains("0 bytes", FaultOfBin([]), StringComparison.Ordinal);

        records[3_073] = 10;
        Assert.Contains("label 10 in record 1, expected 0 to 9", FaultOfBin(records), StringComparison.Ordinal);

        string FaultOfBin(byte[] bytes) => FaultOf(_folder.Write("mine.bin", bytes));
    }

    [Fact]
    public void A_flat_folder_is_pictures_without_labels_in_the_order_of_their_names()
    {
        _folder.Write("b.png", Png(shade: 2));
        _folder.Write("a.PNG", Png(shade: 1));
        _folder.Write("notes.txt", [1]);
        var lines = new Lines();

        var set = DataSets.Open(_folder.Path, progress: lines);

        Assert.Equal(["a.PNG", "b.png"], Enumerable.Range(0, set.Count).Select(set.NameOf));
        Assert.Equal((1, 2), (set.Pixels(0)[0], set.Pixels(1)[0]));
        Assert.Equal(0, set.Labelled);
        Assert.Empty(set.Classes);
        Assert.Equal(lines.All[^1].TotalBytes, lines.All[^1].DoneBytes);
    }

    [Fact]
    public void A_folder_of_folders_has_a_class_for_each_of_them()
    {
        _folder.Write("dog/x.png", Png(shade: 1));
        _folder.Write("cat/y.png", Png(shade: 2));
        _folder.Write("cat/z.png", Png(shade: 3));
        _folder.Write("empty/notes.txt", [1]);

        var set = DataSets.Open(_folder.Path);

        Assert.Equal(["cat", "dog"], set.Classes);
        Assert.Equal([0, 0, 1], Enumerable.Range(0, set.Count).Select(set.LabelOf));
        Assert.Equal(["cat/y.png", "cat/z.png", "dog/x.png"], Enumerable.Range(0, set.Count).Select(set.NameOf));
    }

    [Fact]
    public void A_folder_without_pictures_that_can_be_read_is_refused()
    {
        Assert.Contains("no pictures in it", FaultOf(_folder.Path), StringComparison.Ordinal);

        _folder.Write("dog/bad.png", [1, 2, 3]);
        _folder.Write("dog/worse.png", []);
        var fault = FaultOf(_folder.Path);
        Assert.Contains("none of 2 pictures can be read: dog/bad.png: not a picture", fault, StringComparison.Ordinal);
        Assert.Contains("; dog/worse.png: not a picture", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void One_picture_is_a_set_of_one_in_the_size_asked_for()
    {
        var path = _folder.Write("a.png", Png(shade: 7));

        var set = DataSets.Open(path, size: 8);

        Assert.Equal((1, 8, "a.png"), (set.Count, set.Size, set.NameOf(0)));
        Assert.Equal(Enumerable.Repeat((byte)7, 3 * 8 * 8), set.Pixels(0).ToArray());
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Png(byte shade) =>
        Pictures.PngBytes(Enumerable.Repeat(shade, 3 * 32 * 32).ToArray(), size: 32);

    private string FaultOf(string name, int size = 32) =>
        Assert.Throws<PteeFormatException>(() => DataSets.Open(name, _folder.Path, size)).Message;
}
