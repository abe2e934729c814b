using Ptee.Data;
using Ptee.Shared;

namespace Ptee.Tests.Data;

public sealed class FolderListingTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly byte[] Png = Pictures.PngBytes(new byte[3 * 8 * 8], 8);

    private readonly TempFolder _folder = new();
    private readonly Lines _lines = new();

    public void Dispose()
    {
        OddFiles.RemoveBadNames(_folder.Path);
        _folder.Dispose();
    }

    [Fact]
    public void Names_that_begin_with_a_dot_are_passed_over_and_not_counted()
    {
        Write("cat/a.png", "cat/._a.png", "cat/.DS_Store", ".ipynb_checkpoints/a.png", ".hidden.png");

        Assert.Equal(["cat/a.png"], Names());
        Assert.Equal(["cat"], List().Classes);
        Assert.Empty(_lines.All);
    }

    [Fact]
    public void Every_usual_ending_of_a_picture_is_taken()
    {
        Write("a.png", "b.JPG", "c.jpeg", "d.jpe", "e.jfif", "f.webp");

        Assert.Equal(6, List().Pictures.Count);
        Assert.Empty(_lines.All);
    }

    [Theory]
    [InlineData("2 files left out (.bmp, .tif)", "x.bmp", "y.tif")]
    [InlineData("4 files left out (3 .bmp, 1 without an ending)", "x.bmp", "y.BMP", "cat/z.bmp", "README")]
    [InlineData("1 folder without pictures left out (empty)", "empty/.keep")]
    [InlineData("2 folders inside its folders left out (cat/more, cat/other)", "cat/more/a.png", "cat/other/b.png")]
    [InlineData("2 pictures beside its folders have no class", "x.png", "y.png")]
    public void What_is_left_out_is_said_in_one_line(string says, params string[] files)
    {
        Write(["cat/a.png", .. files]);

        List();

        Assert.Equal($"{_folder.Path}: {says}", Assert.Single(_lines.All).Text);
    }

    [Fact]
    public void Pictures_beside_folders_come_first_and_have_no_label()
    {
        Write("cat/a.png", "dog/b.png", "z.png");

        var listing = List();

        Assert.Equal([("z.png", null), ("cat/a.png", 0), ("dog/b.png", 1)], listing.Pictures.Select(picture => (picture.Name, picture.Label)));
        Assert.Equal([null, 0, 1], Enumerable.Range(0, 3).Select(listing.Read(8).LabelOf));
    }

    [Fact]
    public void Folders_with_numbers_are_counted_and_not_spelled()
    {
        Write([.. Enumerable.Range(0, 11).Select(i => $"{i}/a.png")]);
        Assert.Equal(Enumerable.Range(0, 11).Select(i => $"{i}"), List().Classes);

        Write("cat/a.png");
        Assert.Equal(["0", "1", "10", "2"], List().Classes.Take(4));
    }

    [Fact]
    public void A_folder_whose_pictures_lie_deeper_says_where_folders_are()
    {
        Write("train/cat/a.png", "train/dog/b.png");

        var fault = Assert.Throws<PteeFormatException>(() => FolderListing.Of(_folder.Path)).Message;

        Assert.StartsWith($"{_folder.Path}: no pictures in it, expected PNG, JPEG or WebP files", fault, StringComparison.Ordinal);
        Assert.EndsWith("2 folders inside its folders left out (train/cat, train/dog)", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_entered_does_not_end_the_others()
    {
        OddFiles.RequireLinux();
        Write("cat/a.png");
        OddFiles.FolderWithBadName(_folder.Path);

        Assert.Equal(["cat/a.png"], Names());
        Assert.Contains("caf\uFFFD: the folder cannot be read: its name is not UTF-8: rename it", _lines.All[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_permission_does_not_end_the_others()
    {
        OddFiles.RequireLinux();
        Write("cat/a.png", "dog/b.png");
        OddFiles.Permit(_folder.Path, "755");
        OddFiles.Permit(_folder["dog"], "000");
        try
        {
            Assert.Equal(["cat/a.png"], OddFiles.AsNobody(Names));
            Assert.Contains("dog: the folder cannot be read: permission denied", _lines.All[0].Text, StringComparison.Ordinal);
        }
        finally
        {
            OddFiles.Permit(_folder["dog"], "700");
        }
    }

    [Fact]
    public async Task Pipes_sockets_devices_and_links_that_lead_nowhere_are_named_and_hold_nothing_up()
    {
        OddFiles.RequireLinux();
        Write("a.png", "target/b.png");
        OddFiles.Pipe(_folder["pipe.png"]);
        using var socket = OddFiles.Socket(_folder["socket.png"]);
        OddFiles.CopyWithBadName(_folder["a.png"], _folder.Path);
        File.CreateSymbolicLink(_folder["device.png"], "/dev/zero");
        File.CreateSymbolicLink(_folder["gone.png"], "nowhere");
        File.CreateSymbolicLink(_folder["loop.png"], "loop.png");
        File.CreateSymbolicLink(_folder["link.png"], "target/b.png");
        Directory.CreateSymbolicLink(_folder["target/up"], "..");

        var set = await Task.Run(() => List().Read(8, _lines)).WaitAsync(Limit);

        Assert.Equal(["a.png", "link.png", "target/b.png"], Enumerable.Range(0, set.Count).Select(set.NameOf));
        Assert.Equal(6, set.Unreadable);
        var said = _lines.All[^1].Text;
        foreach (var fault in new[]
        {
            "6 of 9 pictures cannot be read and are left out: ",
            "caf\uFFFD.png: cannot be read: its name is not UTF-8: rename it",
            "device.png: cannot be read: it is a device, expected a file",
            "gone.png: cannot be read: there is no such file",
            "loop.png: cannot be read: ",
            "pipe.png: cannot be read: it is a pipe, expected a file",
            "socket.png: cannot be read: it is a socket, expected a file",
        })
        {
            Assert.Contains(fault, said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Damaged_pictures_are_all_counted_and_the_first_ten_are_named()
    {
        Write("good.png");
        for (var i = 10; i < 25; i++)
        {
            _folder.Write($"{i}.png", [1, 2, 3]);
        }

        var set = List().Read(8, _lines);

        Assert.Equal((1, 15), (set.Count, set.Unreadable));
        var said = _lines.All[^1].Text;
        Assert.Contains("15 of 16 pictures cannot be read and are left out: 10.png: not a picture", said, StringComparison.Ordinal);
        Assert.EndsWith("; and 5 more", said, StringComparison.Ordinal);
        Assert.Contains("19.png", said, StringComparison.Ordinal);
        Assert.DoesNotContain("20.png", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_as_many_pictures_are_read_as_are_asked_for()
    {
        Write("a.png", "b.png");
        _folder.Write("c.png", [1, 2, 3]); // Would be said, if it were read.

        var set = DataSets.Open(_folder.Path, size: 8, images: 2, progress: _lines);

        Assert.Equal((2, 0), (set.Count, set.Unreadable));
        Assert.Equal(2, _lines.All.Count);
    }

    [Fact]
    public void A_name_cannot_write_on_a_terminal()
    {
        OddFiles.RequireLinux();
        Write("good.png");
        _folder.Write("two\nlines\u001b[31m.png", [1]);

        List().Read(8, _lines);

        Assert.Contains(@"two\nlines\u001b[31m.png: not a picture", _lines.All[^1].Text, StringComparison.Ordinal);
    }

    private FolderListing List() => FolderListing.Of(_folder.Path, _lines);

    private IEnumerable<string> Names() => List().Pictures.Select(picture => picture.Name);

    private void Write(params string[] files) => Array.ForEach(files, file => _folder.Write(file, Png));
}
